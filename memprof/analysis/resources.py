"""
What else a process can leak: threads, descriptors, and memory that is not Python's.

Native memory is what malloc hands out but for the blocks of the Python heap that
are too large for pymalloc, which malloc has too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.judged import Judged
from memprof.analysis.trend import Trend, measure, theil_sen
from memprof.model.facts import Facts

MIN_THREADS = 4
MIN_DESCRIPTORS = 8
MIN_NATIVE_BYTES = 512 * 1024
MIN_UNTRACED_BYTES = 128 * 1024
_MIN_NATIVE_SHARE = 0.02
_LEAST = 6


@dataclass(frozen=True, slots=True)
class Rising:
    """
    A figure of the process that rises steadily: its `series` and its `trend`.

    `indices` are the snapshots it was seen at, none where it was seen from
    outside.  `first_rise_ns` is when it first stood above where it began,
    `per_s` the median slope.
    """

    series: tuple[int, ...]
    indices: tuple[int, ...]
    times_ns: tuple[int, ...]
    trend: Trend
    per_s: float
    first_rise_ns: int

    @property
    def growth(self) -> int:
        """Return what it gained."""
        return self.trend.growth


def threads(facts: Facts, seen: Judged) -> Rising | None:
    """Return the growth of threads, where it is steady."""
    series = [facts.snapshots[index].threads for index in seen.indices]
    return _rising(seen.indices, seen.times_ns, series, MIN_THREADS)


def descriptors(facts: Facts, seen: Judged) -> Rising | None:
    """Return the growth of open descriptors, seen from outside, where it is steady."""
    since_ns = seen.times_ns[0] if seen.times_ns else 0
    looks = [
        (look.at_ns, look.descriptors)
        for look in facts.resident
        if look.at_ns >= since_ns and look.descriptors is not None
    ]
    # The last look may be at a process that is ending.
    looks = looks[:-1] if len(looks) > _LEAST else looks
    times_ns, series = [at_ns for at_ns, _ in looks], [count for _, count in looks]
    return _rising((), times_ns, series, MIN_DESCRIPTORS)


def native(facts: Facts, seen: Judged) -> Rising | None:
    """
    Return the growth of native memory that is not the Python heap's, where it is steady.

    None of it is known at some moments: malloc was too slow to count.
    """
    series = [_native_bytes(facts, index) for index in seen.indices]
    rss = [facts.snapshots[index].rss_bytes or 0 for index in seen.indices]
    least = max(MIN_NATIVE_BYTES, int(_MIN_NATIVE_SHARE * max(rss, default=0)))
    known = [at for at, value in enumerate(series) if value is not None]
    indices, times_ns = ([of[at] for at in known] for of in (seen.indices, seen.times_ns))
    return _rising(indices, times_ns, [series[at] for at in known], least)


def _native_bytes(facts: Facts, index: int) -> int | None:
    """Return malloc's bytes in use at one snapshot, less the Python heap's part."""
    snapshot, pools = facts.snapshots[index], facts.pools[index]
    used = snapshot.native_used_bytes
    if used is not None and snapshot.native_python_bytes is not None:
        return used - snapshot.tracing_bytes - snapshot.native_python_bytes
    if used is None or snapshot.live_bytes is None or pools is None:
        return None
    # What pymalloc does not serve comes from malloc.  What was live before the
    # tracing is in neither, and is the same at every snapshot.
    return used - snapshot.tracing_bytes - (snapshot.live_bytes - pools.used_bytes)


def untraced(facts: Facts, seen: Judged) -> Rising | None:
    """
    Return the growth of all that malloc and pymalloc handed out, where it is steady.

    For where no engine says whose it is.
    """
    series = []
    for index in seen.indices:
        used, pools = facts.snapshots[index].native_used_bytes, facts.pools[index]
        series.append(None if used is None or pools is None else used + pools.used_bytes)
    return _rising(seen.indices, seen.times_ns, series, MIN_UNTRACED_BYTES)


def _rising(
    indices: Sequence[int], times_ns: Sequence[int], series: Sequence[int | None], least: int
) -> Rising | None:
    """Return *series* as it rises, None where it does not do so steadily, by *least*."""
    known = [value for value in series if value is not None]
    if len(known) < _LEAST or len(known) != len(series) or known[-1] - known[0] < least:
        return None
    trend = measure(times_ns, known)
    if not trend.is_steady or not trend.is_gradual:
        return None
    first = next(at for at, value in zip(times_ns, known, strict=True) if value > known[0])
    per_s = theil_sen(times_ns, known)
    return Rising(tuple(known), tuple(indices), tuple(times_ns), trend, per_s, first)
