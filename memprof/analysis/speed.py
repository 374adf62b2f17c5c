"""
Speed: how fast memory grows once the program is warm, and how sure that is.

Theil and Sen's median of the slopes of all pairs of snapshots, with the
interval that holds the true slope in 98 of 100 cases: Sen's, by the variance
of Mann and Kendall's score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import median

from memprof.analysis.judged import WarmUp, judged
from memprof.analysis.run import traced_snapshots
from memprof.analysis.trend import MIN_Z, measure, spread
from memprof.model.facts import Facts

PYTHON, RESIDENT = "live bytes", "resident memory"
_NS_PER_MIN = 60_000_000_000


@dataclass(frozen=True, slots=True)
class Speed:
    """
    Growth in bytes a minute, of live Python bytes, or of RSS where the engine was off.

    `per_min` and the bounds are None with fewer than the snapshots a trend
    needs, or of too little of the run: `available` were there, over `span_ns`,
    in which `growth_bytes` came; it was `steady` where it gave little back and did not level off.
    """

    of: str
    available: int
    per_min: float | None
    low_per_min: float | None
    high_per_min: float | None
    growth_bytes: int
    span_ns: int
    steady: bool = False


def analyse(facts: Facts, warm: WarmUp) -> Speed:
    """Return how fast memory grew in those snapshots of *facts* that are judged after *warm*."""
    snapshots = facts.snapshots
    of = RESIDENT if facts.run.settings.engine == "off" else PYTHON
    if of == PYTHON:
        seen = judged(facts, traced_snapshots(facts), warm)
        values = [snapshots[index].live_bytes or 0 for index in seen.indices]
    else:
        known = [n for n, snapshot in enumerate(snapshots) if snapshot.rss_bytes is not None]
        seen = judged(facts, known, warm)
        values = [snapshots[index].rss_bytes or 0 for index in seen.indices]
    slopes = slopes_per_min(seen.times_ns, values)
    if not seen.enough or not slopes:
        return Speed(of, seen.available, None, None, None, 0, seen.span_ns)
    low, high = bounds(slopes, len(values))
    return Speed(
        of=of,
        available=seen.available,
        per_min=median(slopes),
        low_per_min=low,
        high_per_min=high,
        growth_bytes=values[-1] - values[0],
        span_ns=seen.span_ns,
        steady=measure(seen.times_ns, values).is_steady,
    )


def slopes_per_min(times_ns: Sequence[int], values: Sequence[int]) -> list[float]:
    """Return the slopes of all pairs of *values*, in order of size."""
    points = zip(times_ns, values, strict=True)
    return sorted(
        (later - earlier) * _NS_PER_MIN / (end - start)
        for (start, earlier), (end, later) in combinations(points, 2)
        if end > start
    )


def bounds(slopes: Sequence[float], number: int) -> tuple[float, float]:
    """Return the slopes between which the true one of *number* values lies, of the sorted."""
    reach = MIN_Z * sqrt(spread(number) / 18)
    low = round((len(slopes) - reach) / 2)
    high = round((len(slopes) + reach) / 2)
    return slopes[max(low, 0)], slopes[min(high, len(slopes) - 1)]
