"""
C functions by `_ctypes`: pymalloc's statistics, malloc's, and a few more.

The module underneath ctypes is one module; the package is five.  Where the
interpreter has none, or the platform lacks a function, the answer is None.
"""

import os
import sys

from memprof.agent import __builtins__, atomic

_ASIDE = 1009
"""Where the library beneath ctypes may keep a file of its own: libffi 3.8 has itself open."""


def _take_low():
    """Return descriptors that take what is free below that: what is opened next is not there."""
    taken = []
    try:
        taken.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
        while taken[-1] < _ASIDE:
            taken.append(os.dup(taken[0]))
    except OSError:
        # The target may have that many and no more.
        pass
    if taken:
        os.close(taken[-1])
    return taken


def _give_low(taken):
    """Give back those, but the last: what was opened there is for no program that this becomes."""
    for one in taken[:-1]:
        os.close(one)
    try:
        os.set_inheritable(taken[-1], False)
    except (IndexError, OSError):
        # Nothing was opened.
        pass


_taken = _take_low()
try:
    import _ctypes
except ImportError:
    _ctypes = None
_give_low(_taken)

_OBJECTS = 2
"""PYMEM_DOMAIN_OBJ."""

_ALLOCATOR_WORDS = 5
"""Pointers in PyMemAllocatorEx, part of the C API since 3.5."""

_STATE = 32
"""Where an exact str says, in two bits, whether it is interned: 3.11 to 3.15, 64 bits."""

_MALLINFO_WORDS = 10
_MAPPED, _IN_USE, _FREE = 4, 7, 8
"""Words of glibc 2.33's struct mallinfo2 (hblkhd, uordblks, fordblks)."""

_BY_POINTER = os.uname().machine == "x86_64" and sys.maxsize > 1 << 32
"""
Whether a function that returns a large struct is called with a pointer to where it shall be,
as its first argument: so says the System V ABI of this machine.
"""

if _ctypes is not None:

    class Integer(_ctypes._SimpleCData):
        """A C int."""

        _type_ = "i"

    class Pointer(_ctypes._SimpleCData):
        """A C pointer, an int or bytes in Python."""

        _type_ = "P"

    class Size(_ctypes._SimpleCData):
        """A C unsigned long, a size."""

        _type_ = "L"

    class _Object(_ctypes._SimpleCData):
        _type_ = "O"

    _Words = Size * _MALLINFO_WORDS

    if not _BY_POINTER:
        # Since 3.14 this imports a dozen modules.
        class _MallocInfo(_ctypes.Structure):
            _fields_ = [("words", _Words)]

    _PROCESS = _ctypes.dlopen(None, 0)
    _byref, _addressof = _ctypes.byref, _ctypes.addressof
else:
    Integer = Pointer = Size = _Object = _Words = _MallocInfo = None


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
    _Function = _prototype(Integer)


def function(name, result, *arguments):
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


_open_stream = function("open_memstream", Pointer)
_close_stream = function("fclose", Integer)
_free = function("free", Integer)
bytes_of = function("PyBytes_FromStringAndSize", _Object)
_print_statistics = function("_PyObject_DebugMallocStats", Integer)
_get_allocator = function("PyMem_GetAllocator", Integer, Integer, Pointer)
_set_allocator = function("PyMem_SetAllocator", Integer, Integer, Pointer)
_mallinfo = (
    function("mallinfo2", Pointer, Pointer) if _BY_POINTER else function("mallinfo2", _MallocInfo)
)
_malloc_trim = function("malloc_trim", Integer)
_add_pending_call = function("Py_AddPendingCall", Integer)
_this_thread = function("PyThreadState_Get", Pointer)
_enter_tracing = function("PyThreadState_EnterTracing", Integer, Pointer)

# 3.11's own answer is wrong for instances; see memprof.agent.tracebacks.
traceback_at = (
    function("_PyTraceMalloc_GetTraceback", _Object, Integer, Size)
    if sys.version_info[:2] == (3, 11)
    else None
)

_HAS_STATISTICS = None not in (_open_stream, _print_statistics, _get_allocator, _set_allocator)
if _HAS_STATISTICS:
    # As the target will find it: nobody's hook but the user's own stands here.
    _bare = (Pointer * _ALLOCATOR_WORDS)()
    _hooked = (Pointer * _ALLOCATOR_WORDS)()
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
    text, size = Pointer(), Size()
    stream = _open_stream(_byref(text), _byref(size))
    if not stream:
        return None
    stream, used = Pointer(stream), []
    _get_allocator(_OBJECTS, _addressof(_hooked))
    atomic.run(
        (used.extend, map(_set_allocator, (_OBJECTS,), (_addressof(_bare),))),
        (used.extend, map(_print_statistics, (stream,))),
        (used.extend, map(_set_allocator, (_OBJECTS,), (_addressof(_hooked),))),
    )
    _close_stream(stream)
    copy = bytes_of(text, size)
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
    if _BY_POINTER:
        words = _Words()
        _mallinfo(_addressof(words))
    else:
        words = _mallinfo().words
    return words[_IN_USE] + words[_MAPPED], words[_FREE]


def trim():
    """Give back what malloc holds free: our first look left it there."""
    if _malloc_trim is not None:
        _malloc_trim(Size(0))


def hide_from_tracing():
    """Let no trace, profile or monitoring function of the target's see what this thread runs."""
    if _this_thread is not None and _enter_tracing is not None:
        _enter_tracing(Pointer(_this_thread()))


def is_spelled(text):
    """
    Tell whether the str *text* is spelled in the program's code, as names are.

    Other keys of dictionaries came in while it ran: they are values, maybe
    secrets, and no capture says them.  False where nobody knows.
    """
    return _knows_spelled and type(text) is str and _is_interned(text)


def _is_interned(text):
    """Return whether the interpreter keeps one *text* for all; names it does."""
    return bytes_of(Pointer(id(text) + _STATE), Size(1))[0] & 3 != 0


_knows_spelled = (
    bytes_of is not None
    and sys.version_info < (3, 16)
    and "t" not in sys.abiflags
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

    callback = _prototype(Integer, (Pointer,))(call)
    return lambda: _add_pending_call(callback, Pointer(None)) == 0
