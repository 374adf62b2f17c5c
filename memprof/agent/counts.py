"""
Counts of what is there now, written where room was made for them before.

A look leaves nothing behind: its figures go into memory that was allocated
with the first, so that what the function under test leaves is all there is.
"""

import _thread
import gc
import sys
from _collections import deque

from memprof.agent import (
    __builtins__,
    clib,
    descriptors,
    graph,
)
from memprof.agent.names import Names

BLOCKS, NATIVE, DESCRIPTORS, THREADS, ITEMS = range(5)
"""The columns that every look has; those of the types follow, by number."""

FIXED = 5
_SPARE_TYPES = 512
"""Types that may come to be while it is counted; more are not told apart."""

_BYTES = 8
_collect, _stats, _allocated_blocks = gc.collect, gc.get_stats, sys.getallocatedblocks
_count_threads = _thread._count
_PACKAGE = __file__[: -len("agent/counts.py")]

_own_names = []


def names():
    """
    Return the Names by which types are numbered in this process.

    `_graph` keeps one numbering: where `memprof run` measures the process too, it is that one.
    """
    session = getattr(sys.modules.get("memprof.agent.session"), "_session", None)
    if session is not None:
        return session.probes.names
    if not _own_names:
        _own_names.append(Names(None, _PACKAGE))
    return _own_names[0]


class Undisturbed:
    """While it lasts, `memprof run` takes no snapshots here; `inside`: it measures, too."""

    def __init__(self):
        """Find the session, if there is one."""
        self._session = getattr(sys.modules.get("memprof.agent.session"), "_session", None)
        self.inside = self._session is not None

    def __enter__(self):
        """Take its lock, as its own work does."""
        self._held = self.inside and self._session._lock.acquire(True, 1)
        if self._held:
            self._session._owner = _thread.get_ident()
        return self

    def __exit__(self, *_):
        """Give it back."""
        if self._held:
            self._session._owner = None
            self._session._lock.release()


def full_collections():
    """Return how often the collector looked at all there is."""
    return _stats()[-1]["collections"]


class Counts:
    """A table of figures: a row for each look, a column for each figure and type."""

    def __init__(self, looks):
        """Make room for so many *looks*; what comes from now on is new."""
        self._names = names()
        counted, references, *_ = graph.look(self._names.type, ())
        # Of each type the objects, then of each the references to its class.
        self.types = max(len(counted), len(references)) + _SPARE_TYPES
        self.width = FIXED + 2 * self.types
        self._table = memoryview(bytearray(_BYTES * looks * self.width)).cast("q")
        _collect()
        graph.draw_line()

    def look(self, row, *, quick=False):
        """
        Collect garbage and write what is there now into *row*.

        *quick*: only garbage among what came since these counts were made, at a cost that
        does not depend on how large the process is.
        Blocks are read first: nothing of ours is among them but what was there before.
        """
        table = self._table
        if quick:
            graph.collect_new(_collect)
        else:
            _collect()
        blocks = _allocated_blocks()
        # Not before: a number is a block, unless it is as small as that of the first row.
        at = row * self.width
        table[at] = blocks
        table[at + NATIVE] = clib.malloc_in_use()[0] or 0
        table[at + DESCRIPTORS] = descriptors.count_anyhow()
        table[at + THREADS] = _count_threads()
        table[at + ITEMS] = graph.items(deque)
        counted, references, *_ = graph.look(self._names.type, ())
        self._write(at + FIXED, counted)
        self._write(at + FIXED + self.types, references)

    def _write(self, at, figures):
        """Write *figures* from *at* on, and none for the types that have none."""
        table, end = self._table, at + self.types
        for figure in figures:
            if at == end:
                return
            table[at] = max(0, figure)
            at += 1
        while at < end:
            table[at] = 0
            at += 1

    def gains(self, looks):
        """
        Return what the first *looks* rows gained, one to the next.

        [(column, [gain, ...]), ...] of the columns that are not the same throughout.  Of a
        type that has no tracked objects it is the references to its class.
        """
        found = []
        for column in range(FIXED + self.types):
            values = self._values(column, looks)
            if column >= FIXED and not max(values):
                values = self._values(column + self.types, looks)
            if min(values) != max(values):
                found.append((column, list(map(int.__sub__, values[1:], values))))
        return found

    def _values(self, column, looks):
        """Return what stands in *column* of the first *looks* rows."""
        return self._table[column : looks * self.width : self.width].tolist()

    def type_names(self, columns):
        """Return [(module, qualified name)] of the types at *columns*."""
        found = []
        by_number = {number: key for key, number in self._names.types.items()}
        for column in columns:
            module, _, qualname = by_number[column - FIXED].partition("\0")
            found.append((module, qualname))
        return found
