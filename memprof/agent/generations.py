"""Probe: every collection the collector makes, by gc.callbacks; see `gc_log`."""

import gc
from itertools import repeat
from sys import version_info

from memprof.agent import (
    __builtins__,
    gc_log,
)
from memprof.agent.gc_log import WORDS
from memprof.agent.wire import bucket

_callbacks = gc.callbacks
_threshold, _counts, _stats = gc.get_threshold, gc.get_count, gc.get_stats
_is_enabled, _frozen = gc.isenabled, gc.get_freeze_count

# The columns of a generation's tally; see wire's `generations`.
_COLLECTIONS, _COLLECTED, _UNCOLLECTABLE, _MANUAL, _TOTAL_NS, _MAX_NS = range(6)
_NOTABLE_COLUMNS = 6

_NOTABLE = 5
"""Collections told one by one in a snapshot: the largest that freed something."""

_INCREMENTAL = (3, 14, 0) <= version_info[:3] < (3, 14, 5)

_FREEZES_ITSELF = 2000 if version_info[:2] in {(3, 12), (3, 13)} else 0
"""Immortal objects that these versions freeze by themselves, at most."""


_TRIES = 5
_TABLES = 8


class Generations:
    """Tallies collections by generation since the last snapshot."""

    def __init__(self, base_ns, events, others=((), ())):
        """
        Count times from *base_ns*; tell *events* of interference.

        *others* are callbacks of ours too, written in C: those to be called
        before these, and those after.
        """
        self._base_ns = base_ns
        self._events = events
        self._log = []
        self._read = gc_log.read
        self._logging = gc_log.in_c() if self._read is not None else gc_log.chained(self._log)
        self._callbacks = (*others[0], *self._logging, *others[1])
        self._listening = False
        # Of all collections seen to their end.
        self.paused_ns = 0
        self._open = []
        number = len(_stats())
        self._tallies = [0] * (6 * number)
        self._pauses = {}
        self._notable = []
        self._own = [0] * (3 * number)
        self._base_stats = self._stats_now()
        self._threshold = _threshold()
        self._enabled = _is_enabled()
        self._frozen = _frozen()

    def start(self):
        """Begin to listen."""
        # The collector makes a dictionary at each phase.  The interpreter keeps
        # the tables of freed ones; let those it takes be ours, not the target's.
        tables = [dict.fromkeys(WORDS) for _ in range(_TABLES)]
        tables.clear()
        if self._read is not None:
            # Of who listened before us in this process.
            self._read()
        self._base_stats = self._stats_now()
        self._listening = True
        _callbacks.extend(self._callbacks)

    def begin_again(self, base_ns):
        """Tally for another capture, whose times count from *base_ns*."""
        self.drain()
        self._base_ns = base_ns
        self._open.clear()
        self._forget()
        self._own[:] = repeat(0, len(self._own))
        self._base_stats[:] = self._stats_now()

    def stop(self):
        """Leave the collector as it was found."""
        self._listening = False
        self._remove()

    def _remove(self):
        """Take our callbacks out, and nobody else's."""
        ours = set(map(id, self._callbacks))
        _callbacks[:] = [one for one in _callbacks if id(one) not in ours]

    def drain(self):
        """Take what was logged into the tallies; tell whether there was anything."""
        if self._read is not None:
            return self._add(*self._read())
        log = self._log
        if not log:
            return False
        entries = log[:]
        # Not clear(): a collection may have logged since.
        del log[: len(entries)]
        for now_ns, counts, enabled, starts, _, *info in entries:
            if starts:
                self._open.append((now_ns, counts, enabled))
            else:
                self._close(now_ns, *info)
        return True

    def shorten(self):
        """Keep the log short where it is one of rows; in C it is as long as ever."""
        if self._read is None:
            self.drain()

    def _add(self, figures, pauses, notable, paused_ns):
        """Add what was tallied in C; tell whether there was anything."""
        tallies = self._tallies
        for at, figure in enumerate(figures):
            is_most = at % 6 == _MAX_NS
            tallies[at] = max(tallies[at], figure) if is_most else tallies[at] + figure
        for at in range(0, len(pauses), 2):
            self._pauses[pauses[at]] = self._pauses.get(pauses[at], 0) + pauses[at + 1]
        for at in range(0, len(notable), _NOTABLE_COLUMNS):
            row = notable[at : at + _NOTABLE_COLUMNS]
            self._note(row[0], row[1], row[2], row[3], row[4], bool(row[5]))
        self.paused_ns += paused_ns
        return bool(pauses or any(figures))

    def settle(self):
        """Leave nothing behind in the target's frames, before blocks are counted."""
        self.drain()
        if self._read is None:
            gc_log.settle(self._log, self._logging)

    def _close(self, stop_ns, generation, collected, uncollectable):
        """Tally the collection that ended at *stop_ns*."""
        first = 6 * generation
        tallies = self._tallies
        tallies[first + _COLLECTIONS] += 1
        tallies[first + _COLLECTED] += collected
        tallies[first + _UNCOLLECTABLE] += uncollectable
        if not self._open:
            # It began before we listened, or another tool cut the log.
            return
        start_ns, counts, enabled = self._open.pop()
        pause_ns = stop_ns - start_ns
        self.paused_ns += pause_ns
        manual = not (enabled and self._starts_by_itself(generation, counts))
        tallies[first + _MANUAL] += manual
        tallies[first + _TOTAL_NS] += pause_ns
        tallies[first + _MAX_NS] = max(tallies[first + _MAX_NS], pause_ns)
        key = generation << 16 | bucket(pause_ns)
        self._pauses[key] = self._pauses.get(key, 0) + 1
        if collected or uncollectable:
            # New integers: those in the log were made in the target's frames.
            self._note(0 + collected, start_ns, generation, 0 + uncollectable, pause_ns, manual)

    def _note(self, collected, start_ns, *more):
        """Keep a collection to be told by itself: generation, uncollectable, pause, manual."""
        self._notable.append((collected, start_ns - self._base_ns, *more))
        if len(self._notable) > 4 * _NOTABLE:
            self._keep_largest()

    def _starts_by_itself(self, generation, counts):
        """
        Tell whether the collector would collect *generation* at *counts*.

        It starts when the youngest count exceeds its threshold, and takes the
        oldest generation whose count does.  (The incremental collector of
        3.14.0 to 3.14.4 has the first condition only.)
        """
        thresholds = self._threshold
        if not thresholds[0] or counts[0] <= thresholds[0]:
            return False
        return _INCREMENTAL or counts[generation] > thresholds[generation]

    def _keep_largest(self):
        """Drop all but the largest of the collections told one by one."""
        self._notable.sort(reverse=True)
        del self._notable[_NOTABLE:]

    def _note_changes(self):
        """Tell of what the target did to the collector, and listen again."""
        enabled, threshold = _is_enabled(), _threshold()
        if enabled != self._enabled:
            self._enabled = enabled
            self._events("gc-enabled" if enabled else "gc-disabled", "")
        if threshold != self._threshold:
            self._threshold = threshold
            self._events("gc-threshold", ", ".join(map(str, threshold)))
        frozen = _frozen()
        if frozen > self._frozen + _FREEZES_ITSELF or (not frozen and self._frozen):
            self._events("gc-frozen" if frozen else "gc-unfrozen", f"{frozen}")
        self._frozen = frozen
        present = set(map(id, _callbacks))
        if self._listening and not present.issuperset(map(id, self._callbacks)):
            self._remove()
            _callbacks.extend(self._callbacks)
            self._events("gc-callbacks-cleared", "")

    def disown(self, work):
        """Run *work*, whose collections are ours and not the target's."""
        # At both ends one that comes between tallies and stats would be in one of them.
        before = self._settled_stats()
        tallies = self._tallies[:]
        pauses, notable = dict(self._pauses), self._notable[:]
        try:
            work()
        finally:
            after = self._settled_stats()
            self._tallies[:] = tallies
            self._pauses.clear()
            self._pauses.update(pauses)
            self._notable[:] = notable
            self._own[:] = [
                own + late - early
                for own, late, early in zip(self._own, after, before, strict=True)
            ]

    @staticmethod
    def _stats_now():
        """Return gc.get_stats() flat: three integers a generation."""
        flat = []
        for stats in _stats():
            flat += (stats["collections"], stats["collected"], stats["uncollectable"])
        return flat

    def _settled_stats(self):
        """Return the stats of a moment at which every collection is in the tallies."""
        self.drain()
        for _ in range(_TRIES):
            now = self._stats_now()
            # Asking allocates, which may have set off another one.
            if not self.drain():
                break
        return now

    def take(self, send):
        """*send* the tallies since the last snapshot, and begin new ones."""
        self._note_changes()
        now = self._settled_stats()
        thresholds, counts = self._threshold, _counts()
        rows = []
        for generation in range(len(self._tallies) // 6):
            tally = self._tallies[6 * generation : 6 * generation + 6]
            histogram = []
            for key in sorted(self._pauses):
                if key >> 16 == generation:
                    histogram += (key & 0xFFFF, self._pauses[key])
            threshold = thresholds[generation] if generation < len(thresholds) else None
            count = counts[generation] if generation < len(counts) else None
            rows.append([generation, threshold, count, *tally, histogram])
        self._keep_largest()
        notable = [
            [at_ns, generation, collected, uncollectable, pause_ns, manual]
            for collected, at_ns, generation, uncollectable, pause_ns, manual in self._notable
        ]
        notable.sort()
        base, own = self._base_stats, self._own
        flat = [n - b - o for n, b, o in zip(now, base, own, strict=True)]
        stats = [flat[i : i + 3] for i in range(0, len(flat), 3)]
        send("generations", {"rows": rows, "stats": stats, "notable": notable})
        self._forget()

    def _forget(self):
        """Begin new tallies."""
        self._tallies[:] = repeat(0, len(self._tallies))
        self._pauses.clear()
        self._notable.clear()
