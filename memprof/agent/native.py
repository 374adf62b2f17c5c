"""
Engine: live blocks by allocation site, by memprof's own C extension.

It writes every block down as it is allocated and freed, so that a snapshot
costs what changed and not what is live.  Where it is not built or does not
know the interpreter, tracemalloc does the work; see `memprof.agent.engines`.
"""

import gc
from itertools import repeat

from memprof.agent import (
    __builtins__,
    _heap,
    atomic,
)
from memprof.agent.allocations import send_changes
from memprof.agent.names import OWN

_collect = gc.collect
_origin, _changes, _totals = _heap.origin, _heap.changes, _heap.totals
_unnamed, _name = _heap.unnamed, _heap.name


class NativeAllocations:
    """Counts what each site holds; sends what changed."""

    callbacks = (_heap.on_collection,)

    def __init__(self, names, depth, warn):
        """Keep *depth* frames of each block; *warn*(what, detail) of gaps."""
        self._names = names
        self._depth = depth
        self._warn = warn
        self._works = False

    def start(self):
        """Begin to write down."""
        # A full collection empties the free lists.  What lies there was
        # allocated unseen, and would be handed to the target as such.
        atomic.run((_collect,), (_heap.start, self._depth, self._names.own_prefix))
        self._works = True

    def stop(self):
        """Write down no more: the process is ending, or it is a forked child."""
        if self._works:
            self._works = False
            _heap.stop()

    @staticmethod
    def tracebacks_of(objects):
        """Return a lazy iterator over (traceback or None, None) for each of *objects*."""
        return zip(map(_origin, objects), repeat(None))

    @staticmethod
    def live_bytes():
        """Return the bytes now live, our own left out; costs nothing."""
        return _heap.live_bytes()

    @staticmethod
    def tables_bytes():
        """Return what the engine's own tables take of resident memory."""
        return _totals()[3]

    @staticmethod
    def estimated_blocks():
        """Return 0: nothing is copied, however much is live."""
        return 0

    @staticmethod
    def least_ns():
        """Return 0: what a snapshot costs is known from the last one."""
        return 0

    def settle(self):
        """Leave nothing of ours in the free lists."""
        if self._works:
            _heap.settle()

    def look(self):
        """Name the contexts that are new; what is live is read when it is told."""
        if self._works and not _heap.stands():
            self._works = False
            _heap.stop()
            why = "out of memory" if _totals()[4] else ""
            self._warn("tracing-stopped", why)
        # What waits in the free lists is not live.
        self.settle()
        site_of = self._names.site
        for book, context, traceback in _unnamed():
            _name(book, context, site_of(traceback))

    def tell(self, _looked, send):
        """
        *send* the sites that changed.

        Return (live bytes, live blocks, peak bytes, own bytes).
        """
        rows, live_bytes, live_blocks = _changes()
        self._names.flush()
        send_changes(rows, send)
        _live, peak_bytes, own_bytes, _tables, _lost = _totals()
        return live_bytes, live_blocks, max(peak_bytes, live_bytes), own_bytes
