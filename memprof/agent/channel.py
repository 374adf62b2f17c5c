"""
The descriptor records leave by: one write each, or counted as lost.

Targets close and reuse descriptors, fill disks and remove directories; none
of it may reach them, and our bytes may never land in a file of theirs.
"""

import _signal
import os
from _thread import get_ident

from memprof.agent import __builtins__, files
from memprof.agent.wire import MAGIC, seal

_open, _close = os.open, os.close
_append = files.append
_mask, _take_pending = _signal.pthread_sigmask, _signal.sigtimedwait
_SIG_BLOCK, _SIG_SETMASK = _signal.SIG_BLOCK, _signal.SIG_SETMASK
_TOO_LARGE = (_signal.SIGXFSZ,)
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)

# Where the descriptor is parked: above what targets close in loops, and what
# they get for their own files; the first that the process's limit allows.
_PARKING = (1009, 1021, 509, 251, 61)

_MOST_HELD = 1 << 18
"""Bytes of records that wait to be written together."""


class Channel:
    """Appends records to the capture at `path`; counts what it `lost`."""

    def __init__(self, path):
        """
        Open the capture at *path*, which the launcher has created.

        None: there is none yet, and what is sent is dropped (see `take_over`).
        """
        self.lost = 0
        self.written_bytes = 0
        self._path = path
        self._descriptor = -1
        self._identity = None
        # Which thread holds, None if none does, and the lines that wait.  One list
        # from beginning to end: who adds to it may be overtaken by who writes it.
        self._holder = None
        self._lines = []
        self._lines_bytes = 0
        if path is not None:
            self._open()

    def abandon(self):
        """Leave the capture to the parent of this process, a child just forked."""
        self._path = None
        self.close()
        self._identity = self._holder = None
        self._lines.clear()
        self._lines_bytes = 0
        self.lost = self.written_bytes = 0

    def take_over(self, path, descriptor):
        """Write to the new file at *path*, which is empty and open as *descriptor*."""
        self._identity = files.identity(descriptor)
        self._path, self._descriptor = path, _park(descriptor)
        # In one write with what comes next.
        self._lines.insert(0, MAGIC)
        if self._holder is None:
            self._write_held()

    def hold(self):
        """
        Write nothing until `let_go`, but what would take too much memory.

        Each write gives the interpreter away, and a busy target keeps it for
        milliseconds: a snapshot is written as one.
        """
        self._holder = get_ident()

    def let_go(self):
        """Write what was held."""
        self._holder = None
        self._write_held()

    def send(self, kind, fields, columns=b""):
        """Write one record, or hold it; see `seal`."""
        if self._path is None:
            return
        line = seal(kind, fields, columns)
        holder = self._holder
        if holder is None:
            self._write(line, 1)
            return
        self._lines.append(line)
        self._lines_bytes += len(line)
        # Others leave it to who holds: two that write might do so in the wrong order.
        if self._lines_bytes > _MOST_HELD and holder == get_ident():
            self._write_held()

    def _write_held(self):
        """Write the lines that wait."""
        lines = self._lines[:]
        del self._lines[: len(lines)]
        self._lines_bytes = 0
        if lines:
            self._write(b"".join(lines), len(lines))

    def _write(self, text, number):
        """Write *text*, that *number* of lines, by one call; count those that are lost."""
        # Above the process's limit for files a write is answered by a signal
        # too, which ends a target that does not ignore it.
        mask = _mask(_SIG_BLOCK, _TOO_LARGE)
        try:
            written = max(self._append(text), 0)
            self.written_bytes += written
            if written != len(text):
                self.lost += number - text[:written].count(b"\n")
                if not written or self._append(b"\n") < 0:
                    _take_pending(_TOO_LARGE, 0)
        except Exception:
            # The system's refusal, or a fault of ours: who sends has no use for it.
            self.lost += number
            _take_pending(_TOO_LARGE, 0)
        finally:
            _mask(_SIG_SETMASK, mask)

    def _append(self, text):
        """Write *text* by one call, opening the capture again if it must be; see `files.append`."""
        written = _append(self._descriptor, self._identity, text)
        if written is None:
            self._open()
            written = _append(self._descriptor, self._identity, text)
        return -1 if written is None else written

    def close(self):
        """Close the descriptor, if it is still ours."""
        files.close(self._descriptor, self._identity)
        self._descriptor = -1

    def is_open(self):
        """Tell whether the descriptor still is the capture."""
        return self._descriptor >= 0 and files.identity(self._descriptor) == self._identity

    def _open(self):
        """Open the capture and park the descriptor high."""
        self._descriptor = -1
        descriptor = _open(self._path, _FLAGS)
        identity = files.identity(descriptor)
        if self._identity not in (None, identity):
            _close(descriptor)
            message = "another file took the capture's place"
            raise OSError(message)
        self._identity = identity
        self._descriptor = _park(descriptor)


def _park(descriptor):
    """Move *descriptor* to a high free number and return that."""
    for lowest in _PARKING:
        number = files.duplicate(descriptor, lowest)
        if number >= 0:
            _close(descriptor)
            return number
    return descriptor
