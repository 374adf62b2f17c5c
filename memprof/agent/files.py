"""
The system's files by number, where another may take the number at any time.

Without the C functions by what Python has, and then a little less surely.
"""

import os
from itertools import compress

from memprof.agent import __builtins__, atomic
from memprof.agent.clib import Integer, Pointer, Size, bytes_of, function

_PAGE = 1 << 14
"""Bytes of a file under /proc that are read; the longest has some 3,000."""

_STATUS = 512
"""Bytes of room for a struct stat, which has some 144."""

_IDENTITY = slice(0, 16)
"""Where device and inode stand in it."""

_DUPLICATE = 1030
"""F_DUPFD_CLOEXEC: the lowest number that is free, from one on."""

_open = function("open", Integer, Pointer, Integer)
_read = function("read", Integer, Integer, Pointer, Size)
_close = function("close", Integer, Integer)
_status = function("fstat", Integer, Integer, Pointer)
_write = function("write", Integer, Integer, Pointer, Size)
_control = function("fcntl", Integer, Integer, Integer, Integer)
_HAS_FILES = None not in (_status, _write, _close, _control)
_fstat_python, _write_python, _close_python = os.fstat, os.write, os.close


def contents(path, flags):
    """
    Return the first bytes of the small file *path*, bytes too; none if unreadable.

    Opened, read and closed without letting another thread run: the target may
    list its descriptors, and shall not find one that is about to go.
    """
    if None in (_open, _read, _close):
        return b""
    page = bytes_of(Pointer(None), Size(_PAGE))
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
