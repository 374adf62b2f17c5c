"""
The tally: what each call of a test allocated that is still there, and what it took at most.

By the extension `_tally`, to the byte, blocks that malloc serves among them: every
block knows the span of its birth, so what was there before and is freed meanwhile
hides nothing.  Where it is not built, or `memprof run` measures the process, only
pymalloc's blocks are counted, before and after: there is no peak then.
"""

import _thread
import gc
import sys

from memprof.agent import (
    __builtins__,
    atomic,
    descriptors,
    graph,
)
from memprof.agent.engines import NOT_BUILT

_OLDEST = 2
_collect, _stats = gc.collect, gc.get_stats
_count_threads = _thread._count


class Tally:
    """Counts what is there of each span; `exact` tells whether in bytes, `why` why not."""

    def __init__(self):
        """Find what counts; nothing is counted yet."""
        self._spans, self.why = _choose()
        self.exact = not self.why
        self.began = False
        self.begin, self.go_on = self._spans.begin, self._spans.go_on

    def start(self):
        """Count from now on."""
        self.began = True
        # What waits in the free lists was allocated unseen: a collection empties them.
        atomic.run((_collect,), (self._spans.start,))

    def stop(self):
        """Count no more."""
        if self.began:
            self._spans.stop()

    def begin_test(self):
        """Return the number of the first span of a test; what comes from now on is new."""
        graph.draw_line()
        return self.begin()

    def left(self, number):
        """Tell whether anything of span *number* is there: of blocks, whether there are others."""
        blocks, size = self._spans.kept(number)
        return blocks > 0 or size > 0 if self.exact else blocks != 0

    def kept(self, number):
        """Return what of span *number* is there: bytes, blocks where those are not known."""
        blocks, size = self._spans.kept(number)
        return size if self.exact else blocks

    def blocks(self, number):
        """Return how many blocks of span *number* are there."""
        return self._spans.kept(number)[0]

    def tidy(self, collect=None):
        """
        Let go of what nobody holds: by *collect*, by default of what is new.

        And take off what only the interpreter's cache of attributes holds.
        """
        (collect or collect_new)()
        self._spans.forget_attributes()

    def most(self):
        """Return the most bytes of the newest span that were there at once; None if unknown."""
        return self._spans.most()

    def at(self, addresses):
        """Return the objects that the collector tracks at *addresses*, as a list."""
        return graph.at(addresses)

    def holders(self, numbers, among=None):
        """
        Return what holds something of each of the spans *numbers*, which follow each other.

        *among* a list of objects, by default all that the collector tracks.
        """
        objects = graph.tracked() if among is None else among
        return self._spans.holders(objects, numbers[0], numbers[-1])

    def born(self, numbers):
        """Return {number: the objects that the collector tracks} of each of the spans *numbers*."""
        found, span_of = {number: [] for number in numbers}, self._spans.span_of
        for one in graph.tracked():
            number = span_of(one)
            if number in found:
                found[number].append(one)
        return found


class Net:
    """What there is more of pymalloc's blocks after a span than before it."""

    def __init__(self):
        """Begin with no span."""
        self._kept, self._now, self._before = [0], 0, 0

    def start(self):
        """Do nothing: the interpreter counts."""

    stop = start

    def begin(self):
        """Return the number of a new span."""
        self._kept.append(0)
        return len(self._kept) - 1

    def go_on(self, number):
        """Count for span *number* from now on, for none if it is 0."""
        collect_young(0)
        blocks = sys.getallocatedblocks()
        if self._now:
            self._kept[self._now] += blocks - self._before
        self._now, self._before = number, sys.getallocatedblocks()

    def kept(self, number):
        """Return (blocks, blocks) of a span."""
        return self._kept[number], self._kept[number]

    def forget_attributes(self):
        """Do nothing: what is new is not told apart."""

    def most(self):
        """Return None."""

    def holders(self, _objects, _first, _last):
        """Return none: blocks are not told apart."""
        return []

    def span_of(self, _object):
        """Return that it is of none: blocks are not told apart."""
        return 0


def _choose():
    """Return what counts spans, and why it is not the extension."""
    if "memprof.agent.session" in sys.modules:
        return Net(), "memprof run measures already"
    try:
        from memprof.agent import _tally

        why = _tally.check()
    except (ImportError, AttributeError):
        # In a checkout its sources alone are a folder, and no module.
        return Net(), NOT_BUILT
    return (Net(), why) if why else (_tally, "")


def others():
    """Return how many descriptors are open and how many threads run."""
    return descriptors.count_anyhow(), _count_threads()


def collected():
    """Return how many objects the collector ever freed."""
    return sum([one["collected"] for one in _stats()])


def collect_new():
    """
    Collect what was allocated since the test began, however old it seems to the collector.

    At a cost that does not depend on how large the process is.
    """
    graph.collect_new(_collect)


def collect_young(generation=_OLDEST - 1):
    """Collect what the collector takes for young."""
    _collect(generation)
