"""
The tally: what is live now and what was at most, of a process that runs tests.

By the native engine, to the byte, blocks that malloc serves among them.  Where it
is not built, or was started before, as by `memprof run`, only pymalloc's blocks are
counted: there is no peak then.
"""

import _thread
import gc
import sys

from memprof.agent import (
    __builtins__,
    atomic,
    descriptors,
)
from memprof.agent.engines import choose

_PACKAGE = __file__[: -len("agent/tally.py")]
_OLDEST = 2
_collect, _stats, _count_threads = gc.collect, gc.get_stats, _thread._count


class Tally:
    """Counts what is live; `exact` tells whether in bytes, `why` what keeps it from that."""

    def __init__(self):
        """Find the engine; nothing is counted yet."""
        engine, self.why = choose("native")
        self._heap = None
        self.exact = engine == "native"
        self.began = False
        self.live = sys.getallocatedblocks

    def start(self):
        """Count from now on."""
        self.began = True
        if self.exact:
            from memprof.agent import _heap

            # What waits in the free lists was allocated unseen: a collection empties them.
            atomic.run((_collect,), (_heap.start, 1, _PACKAGE))
            self._heap, self.live = _heap, _heap.settled_bytes

    def stop(self):
        """Count no more."""
        if self._heap is not None:
            self._heap.stop()
            self._heap, self.live = None, sys.getallocatedblocks

    def peak(self):
        """Return the most that was live since the last time this was asked; None if unknown."""
        return None if self._heap is None else self._heap.restart_peak()


def others():
    """Return how many descriptors are open and how many threads run."""
    return descriptors.count_anyhow(), _count_threads()


def collected():
    """Return how many objects the collector ever freed, and how often it looked at all of them."""
    stats = _stats()
    return sum([one["collected"] for one in stats]), stats[_OLDEST]["collections"]


def collect_young(generation=_OLDEST - 1):
    """
    Collect what was allocated of late.

    Right before something and right after it, this frees the cycles it made, at a cost
    that does not depend on how large the process is.  What is still in use grows old by
    it: in the midst of something only the youngest, generation 0, is to be collected.
    """
    _collect(generation)
