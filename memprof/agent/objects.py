"""
Probe: live objects by type.

What the collector tracks is counted at every snapshot.  What it does not track
(bytes, strings, numbers, arrays) is reached from what it does, which costs more
and is done at the first and the last snapshot only.
"""

import gc
import sys
from itertools import chain, compress, repeat

from memprof.agent import (
    __builtins__,
    graph,
)
from memprof.agent.earlier import Earlier
from memprof.agent.wire import ROWS_PER_RECORD, runs

_allocated_blocks = sys.getallocatedblocks
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__

_C_METHOD = type(object.__dict__["__sizeof__"])

_LATER = 3
"""Of what rises steadily through the judged part of a run, a third comes in its second half."""

_ALIKE = 100
"""So many figures are compared at once."""

_SHALLOW_TYPES = 24
"""Types whose shallow size is summed: the most numerous at the end."""


class Objects:
    """Counts live objects by type; sends what changed."""

    def __init__(self, names):
        """Number types by *names*."""
        self._names = names
        # objects of each type, by its number
        self.counts = []
        # The most there were of each, at any snapshot until now and until then.
        self._most = []
        self._earlier = Earlier()
        # What the snapshot before the last one counted, and when the two were.
        self._before = []
        self._before_ns = self._at_ns = 0

    def begin_again(self):
        """Count for another capture."""
        self.counts.clear()
        self._most.clear()
        self._earlier.clear()
        self._before.clear()
        self._before_ns = self._at_ns = 0

    def take(self, send, counts, at_ns):
        """*send* of the *counts* at *at_ns*, objects of each type by number, those that changed."""
        known = self.counts
        self._before[:] = known
        self._before_ns, self._at_ns = self._at_ns, at_ns
        changed = differing(known, counts, 0)
        most = self._most
        most.extend(repeat(0, len(known) - len(most)))
        for number in changed:
            count = known[number] = counts[number]
            most[number] = max(most[number], count)
        self._names.flush()
        for start in range(0, len(changed), ROWS_PER_RECORD):
            part = changed[start : start + ROWS_PER_RECORD]
            send("census", {"runs": runs(part), "counts": [known[number] for number in part]})

    def remember(self, at_ns):
        """Keep the most that was counted until *at_ns*, to tell later what has grown since."""
        # As text: a list that came now would be counted among the target's.
        self._earlier.keep(at_ns, " ".join(map(str, self._most)))

    def grown(self, ran_ns, least, most):
        """
        Return the types, by number, that grew most since a run of *ran_ns* was warm.

        At most *most*, by *least* objects each over all that was there before; by a
        third of that where it was warm already: what rises steadily has that much to come.
        Where a snapshot of the run's second half says so, what came after it alone has not.
        """
        before, warm = self._earlier.since_warm(ran_ns)
        before = list(map(int, (before or "").split()))
        least //= _LATER if warm else 1
        gains = _gains(self.counts, before)
        late = 2 * self._before_ns >= ran_ns
        then = _gains(self._before, before) if late else gains
        then.extend(repeat(0, len(gains) - len(then)))
        grown = sorted(
            (-gain, number)
            for number, gain in enumerate(gains)
            if gain >= least and then[number] * _LATER >= least
        )
        return [number for _, number in grown[:most]]

    def take_untracked(self, send):
        """Count what the collector does not track and *send* it, if it can be had."""
        if _allocated_blocks() > graph.MOST_UNTRACKED:
            return
        counts = graph.untracked(self._names.type)
        self._names.flush()
        numbers = [number for number, count in enumerate(counts) if count]
        fields = {"types": numbers, "counts": [counts[number] for number in numbers]}
        send("untracked", fields)

    def take_garbage(self, send):
        """*send* what stays in gc.garbage, by type."""
        counted = {}
        for number in map(self._names.type, list(map(type, gc.garbage))):
            counted[number] = counted.get(number, 0) + 1
        self._names.flush()
        send("garbage", {"types": list(counted), "counts": list(counted.values())})

    def take_shallow(self, send):
        """Sum the shallow sizes of the most numerous types and *send* them."""
        most = sorted(enumerate(self.counts), key=lambda item: (-item[1], item[0]))
        classes = graph.classes([number for number, count in most[:_SHALLOW_TYPES] if count])
        methods = list(map(_sizeof, classes))
        sized = [one for one, method in zip(classes, methods, strict=True) if method]
        sizes = graph.sizes(sized, list(filter(None, methods)))
        numbers = list(map(self._names.type, sized))
        known = list(map(self._names.type, classes))
        classes.clear()
        sized.clear()
        # Two classes of one name cannot be told apart in the table.
        rows = [
            (number, size)
            for number, size in zip(numbers, sizes, strict=True)
            if size >= 0 and known.count(number) == 1
        ]
        self._names.flush()
        fields = {"types": [row[0] for row in rows], "bytes": [row[1] for row in rows]}
        send("shallow", fields)


def _gains(counts, before):
    """Return by how much each of *counts* is above *before*, which may be shorter."""
    return list(map(int.__sub__, counts, chain(before, repeat(0, len(counts) - len(before)))))


def differing(known, found, absent):
    """
    Return where the lists *known* and *found* differ, both as long with *absent*.

    They are lengthened to be so.
    """
    known.extend(repeat(absent, len(found) - len(known)))
    found.extend(repeat(absent, len(known) - len(found)))
    places = []
    # A number for each place costs more than all else, where what we allocate is traced.
    for start in range(0, len(known), _ALIKE):
        end = start + _ALIKE
        if known[start:end] != found[start:end]:
            differ = map(int.__ne__, known[start:end], found[start:end])
            places += compress(range(start, end), differ)
    return places


def _sizeof(cls):
    """Return the C method that sizes instances of *cls*, None if it is Python."""
    for base in _mro_of(cls):
        method = _dict_of(base).get("__sizeof__")
        if method is not None:
            return method if type(method) is _C_METHOD else None
    return None
