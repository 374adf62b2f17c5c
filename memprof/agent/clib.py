"""
C functions by `_ctypes`: pymalloc's statistics, malloc's, and a few more.

The module underneath ctypes is one module; the package is five.  Where the
interpreter has none, or the platform lacks a function, the answer is None.
"""

import os
import sys
from itertools import compress

from memprof.agent import __builtins__, atomic

try:
    import _ctypes
except ImportError:
    _ctypes = None

_OBJECTS = 2
"""PYMEM_DOMAIN_OBJ."""

_ALLOCATOR_WORDS = 5
"""Pointers in PyMemAllocatorEx, part of the C API since 3.5."""

_PAGE = 1 << 14
"""Bytes of a file under /proc that are read; the longest has some 3,000."""

_STATUS = 512
"""Bytes of room for a struct stat, which has some 144."""

_IDENTITY = slice(0, 16)
"""Where device and inode stand in it."""

_STATE = 32
"""Where an exact str says, in two bits, whether it is interned: 3.11 to 3.13, 64 bits."""

_DUPLICATE = 1030
"""F_DUPFD_CLOEXEC: the lowest number that is free, from one on."""

_MALLINFO_WORDS = 10
_MAPPED, _IN_USE, _FREE = 4, 7, 8
"""Words of glibc 2.33's struct mallinfo2 (hblkhd, uordblks, fordblks)."""

if _ctypes is not None:

    class _Integer(_ctypes._SimpleCData):
        _type_ = "i"

    class _Pointer(_ctypes._SimpleCData):
        _type_ = "P"

    class _Size(_ctypes._SimpleCData):
        _type_ = "L"

    class _Object(_ctypes._SimpleCData):
        _type_ = "O"

    class _MallocInfo(_ctypes.Structure):
        _fields_ = [("words", _Size * _MALLINFO_WORDS)]

    _PROCESS = _ctypes.dlopen(None, 0)
    _byref, _addressof = _ctypes.byref, _ctypes.addressof
else:
    _Integer = _Pointer = _Size = _Object = _MallocInfo = None


def _prototype(result, arguments=None):
    """Return a type of C functions that give *result*, those of *arguments* only if so."""
    # The GIL is held: these functions look at the interpreter's state.
    names = {
        "_flags_": _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_PYTHONAPI,
        "_restype_": result,
        "__slots__": (),
    }
    if arguments is not None:
        names["_argtypes_"] = arguments
    base = _ctypes.CFuncPtr
    return type(base)("Function", (base,), names)


# One type for all, as each costs more than all else that is done here.
if _ctypes is not None:
    _Function = _prototype(_Integer)


def _function(name, result, *arguments):
    """Return the C function *name* of this process, None if it has none."""
    if _ctypes is None:
        return None
    try:
        found = _Function(_ctypes.dlsym(_PROCESS, name))
    except (AttributeError, OSError):
        return None
    found.restype = result
    if arguments:
        found.argtypes = arguments
    return found


_open_stream = _function("open_memstream", _Pointer)
_close_stream = _function("fclose", _Integer)
_free = _function("free", _Integer)
_bytes_of = _function("PyBytes_FromStringAndSize", _Object)
_print_statistics = _function("_PyObject_DebugMallocStats", _Integer)
_get_allocator = _function("PyMem_GetAllocator", _Integer, _Integer, _Pointer)
_set_allocator = _function("PyMem_SetAllocator", _Integer, _Integer, _Pointer)
_mallinfo = _function("mallinfo2", _MallocInfo)
_malloc_trim = _function("malloc_trim", _Integer)
_add_pending_call = _function("Py_AddPendingCall", _Integer)
_this_thread = _function("PyThreadState_Get", _Pointer)
_enter_tracing = _function("PyThreadState_EnterTracing", _Integer, _Pointer)
_open = _function("open", _Integer, _Pointer, _Integer)
_read = _function("read", _Integer, _Integer, _Pointer, _Size)
_close = _function("close", _Integer, _Integer)
_status = _function("fstat", _Integer, _Integer, _Pointer)
_write = _function("write", _Integer, _Integer, _Pointer, _Size)
_control = _function("fcntl", _Integer, _Integer, _Integer, _Integer)
_HAS_FILES = None not in (_status, _write, _close, _control)
_fstat_python, _write_python, _close_python = os.fstat, os.write, os.close

# 3.11's own answer is wrong for instances; see memprof.agent.tracebacks.
traceback_at = (
    _function("_PyTraceMalloc_GetTraceback", _Object, _Integer, _Size)
    if sys.version_info[:2] == (3, 11)
    else None
)

_HAS_STATISTICS = None not in (_open_stream, _print_statistics, _get_allocator, _set_allocator)
if _HAS_STATISTICS:
    # As the target will find it: nobody's hook but the user's own stands here.
    _bare = (_Pointer * _ALLOCATOR_WORDS)()
    _hooked = (_Pointer * _ALLOCATOR_WORDS)()
    _get_allocator(_OBJECTS, _addressof(_bare))


def pymalloc_statistics():
    """
    Return the text of pymalloc's statistics, None if it is not in use.

    CPython believes it is not in use while anybody's hook stands before it,
    tracemalloc's too, so the allocator found at the start is put back for the
    one call.
    """
    if not _HAS_STATISTICS:
        return None
    text, size = _Pointer(), _Size()
    stream = _open_stream(_byref(text), _byref(size))
    if not stream:
        return None
    stream, used = _Pointer(stream), []
    _get_allocator(_OBJECTS, _addressof(_hooked))
    atomic.run(
        (used.extend, map(_set_allocator, (_OBJECTS,), (_addressof(_bare),))),
        (used.extend, map(_print_statistics, (stream,))),
        (used.extend, map(_set_allocator, (_OBJECTS,), (_addressof(_hooked),))),
    )
    _close_stream(stream)
    copy = _bytes_of(text, size)
    _free(text)
    return copy.decode("ascii", "replace") if used[1] else None


def malloc_in_use():
    """
    Return malloc's (bytes in use, bytes free but held), None where unknown.

    The same counters as psutil.heap_info, which can only tell of its own
    process and is not for the target to import.
    """
    if _mallinfo is None:
        return None, None
    words = _mallinfo().words
    return words[_IN_USE] + words[_MAPPED], words[_FREE]


def trim():
    """Give back what malloc holds free: our first look left it there."""
    if _malloc_trim is not None:
        _malloc_trim(_Size(0))


def hide_from_tracing():
    """Let no trace, profile or monitoring function of the target's see what this thread runs."""
    if _this_thread is not None and _enter_tracing is not None:
        _enter_tracing(_Pointer(_this_thread()))


def contents(path, flags):
    """
    Return the first bytes of the small file *path*, bytes too; none if unreadable.

    Opened, read and closed without letting another thread run: the target may
    list its descriptors, and shall not find one that is about to go.
    """
    if None in (_open, _read, _close):
        return b""
    page = _bytes_of(_Pointer(None), _Size(_PAGE))
    opened, read = [], []
    atomic.run(
        (opened.extend, map(_open, (path,), (flags,))),
        (read.extend, map(_read, opened, (page,), (_PAGE,))),
        (read.extend, map(_close, opened)),
    )
    return page[: max(read[0], 0)]


def identity(descriptor):
    """Return which file *descriptor* is, None if it is closed."""
    if not _HAS_FILES:
        try:
            status = _fstat_python(descriptor)
        except OSError:
            return None
        return status.st_dev, status.st_ino
    room = bytes(_STATUS)
    return None if _status(descriptor, room) else room[_IDENTITY]


def append(descriptor, file, text):
    """
    Write *text* to *descriptor* if that is *file*, an `identity`.

    Return the bytes written, -1 if the system refused them, None if it is
    another file now.  What is looked at and written to is a copy: a thread in a
    system's call may put another file in the place of *descriptor* at any time.
    """
    if not _HAS_FILES:
        return _write_python(descriptor, text) if identity(descriptor) == file else None
    if file is None:
        return None
    room, copies, found, said = bytes(_STATUS), [], [], []
    atomic.run(
        # Higher than all that the target has: its next one has the number it would have.
        (copies.extend, map(_control, (descriptor,), (_DUPLICATE,), (descriptor + 1,))),
        (found.extend, map(_status, copies, (room,))),
        (said.extend, map(_write, compress(copies, _is(file, room)), (text,), (len(text),))),
        (found.extend, map(_close, copies)),
    )
    if copies == [-1]:
        # There is no number left for one, or nothing is open.
        return _if_still(descriptor, file, _write, (text,), (len(text),))
    return said[0] if said else None


def close(descriptor, file):
    """Close *descriptor* if it still is *file*, an `identity`; as `append`."""
    if _HAS_FILES:
        _if_still(descriptor, file, _close)
    elif identity(descriptor) == file:
        _close_python(descriptor)


def _if_still(descriptor, file, function, *arguments):
    """Return what *function*(*descriptor*, ...) says, called if that is *file*; None if not."""
    if file is None:
        return None
    room, found, said = bytes(_STATUS), [], []
    atomic.run(
        (found.extend, map(_status, (descriptor,), (room,))),
        (said.extend, map(function, compress((descriptor,), _is(file, room)), *arguments)),
    )
    return said[0] if said else None


def _is(file, room):
    """Return a lazy iterator: whether it is *file* that `_status` will have put into *room*."""
    return map(file.__eq__, map(bytes.__getitem__, (room,), (_IDENTITY,)))


def duplicate(descriptor, lowest):
    """Return a copy of *descriptor*, the first number free from *lowest* on; -1 if none is."""
    return -1 if _control is None else _control(descriptor, _DUPLICATE, lowest)


def is_spelled(text):
    """
    Tell whether the str *text* is spelled in the program's code, as names are.

    Other keys of dictionaries came in while it ran: they are values, maybe
    secrets, and no capture says them.  False where nobody knows.
    """
    return _knows_spelled and type(text) is str and _is_interned(text)


def _is_interned(text):
    """Return whether the interpreter keeps one *text* for all; names it does."""
    return _Integer.from_address(id(text) + _STATE).value & 3 != 0


_knows_spelled = (
    _Integer is not None
    and sys.version_info < (3, 14)
    and _is_interned("is_spelled")
    and not _is_interned("is_" + str(sys.version_info))
)


def later(work):
    """
    Return a function that has the interpreter call *work*() before long.

    It tells whether the interpreter took the call.  None where that cannot
    be had.
    """
    if _add_pending_call is None:
        return None

    def call(_argument):
        work()
        return 0

    callback = _prototype(_Integer, (_Pointer,))(call)
    return lambda: _add_pending_call(callback, _Pointer(None)) == 0
