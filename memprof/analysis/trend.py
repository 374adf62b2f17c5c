"""
Trend: does a series of figures rise steadily, and how fast.

Rank statistics, because one jump must not decide: Mann and Kendall's test
for the direction (ties handled), Theil and Sen's median for the speed.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import sqrt
from statistics import correlation, median

MIN_Z = 2.33
"""One chance in a hundred that a series without trend passes."""

MAX_DRAWDOWN = 0.25
"""A fall of more than a quarter of the growth: something is given back."""

MIN_SECOND_HALF = 0.5
"""Growing less than half as fast as before: a cache that fills up."""

MIN_RISES, MAX_STEP = 3, 0.6
"""Growth comes in three steps at least, of which none is most of it: one jump is none."""

_BEGINNING = 0.05
"""So much of the growth comes before it is said to have begun."""

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Trend:
    """
    How a series moves.

    `growth` is last minus first.  `z` and `rising` are Mann and Kendall's
    statistic and the balance of rising pairs over falling ones, -1 to 1.
    It `began` to grow after the value of that number.  `rises` counts the
    intervals in which it rose, `largest_rise` is the most that it gained in one.
    `drawdown` is the deepest fall from any earlier value, `first_half` and
    `second_half` the growth of each half of the time since it began to grow,
    `linearity` the share of the variance that a straight line explains.
    """

    growth: int
    z: float
    rising: float
    drawdown: int
    first_half: float
    second_half: float
    linearity: float
    intervals: int = 0
    rises: int = 0
    largest_rise: int = 0
    began: int = 0

    @property
    def is_gradual(self) -> bool:
        """Say whether it grew in steps, and not in one."""
        return self.rises >= MIN_RISES and self.largest_rise <= MAX_STEP * self.growth

    @property
    def _is_rising(self) -> bool:
        """Say whether the series rises and gives little back."""
        return self.growth > 0 and self.z >= MIN_Z and self.drawdown <= MAX_DRAWDOWN * self.growth

    @property
    def is_steady(self) -> bool:
        """Say whether the series rises, gives little back and does not level off."""
        return self._is_rising and self.second_half >= MIN_SECOND_HALF * self.first_half

    @property
    def is_levelling(self) -> bool:
        """Say whether it rose in steps, and has slowed down."""
        return self._is_rising and self.is_gradual and not self.is_steady


def measure(times_ns: Sequence[int], values: Sequence[int]) -> Trend:
    """Return the trend of *values* seen at the ascending *times_ns*, or at such steps."""
    z, rising = mann_kendall(values)
    began = _began(values)
    middle = _middle(times_ns[began:], values[began:])
    steps = [later - earlier for earlier, later in pairwise(values)]
    return Trend(
        growth=values[-1] - values[0],
        z=z,
        rising=rising,
        drawdown=drawdown(values),
        first_half=middle - values[began],
        second_half=values[-1] - middle,
        linearity=_linearity(times_ns, values),
        intervals=len(steps),
        rises=sum(step > 0 for step in steps),
        largest_rise=max(steps, default=0),
        began=began,
    )


def mann_kendall(values: Sequence[int]) -> tuple[float, float]:
    """Return Z, corrected for ties and continuity, and Kendall's tau-b against time."""
    number, score = len(values), 0
    below: list[int] = []
    for value in values:
        score += bisect_left(below, value) - (len(below) - bisect_right(below, value))
        insort(below, value)
    ties = [tied for tied in Counter(values).values() if tied > 1]
    variance = spread(number) - sum(map(spread, ties))
    pairs = number * (number - 1) // 2
    untied = pairs - sum(tied * (tied - 1) // 2 for tied in ties)
    if variance <= 0 or untied <= 0:
        return 0.0, 0.0
    nearer = score - (score > 0) + (score < 0)
    return nearer / sqrt(variance / 18), score / sqrt(pairs * untied)


def theil_sen(times_ns: Sequence[int], values: Sequence[int]) -> float:
    """Return the median slope of all pairs of *values*, per second."""
    points = zip(times_ns, values, strict=True)
    slopes = [
        (later - earlier) * _NS_PER_S / (end - start)
        for (start, earlier), (end, later) in combinations(points, 2)
        if end > start
    ]
    return median(slopes) if slopes else 0.0


def drawdown(values: Sequence[int]) -> int:
    """Return the deepest fall from any value to a later one, 0 where none falls."""
    highest, deepest = values[0], 0
    for value in values:
        highest = max(highest, value)
        deepest = max(deepest, highest - value)
    return deepest


def spread(number: int) -> int:
    """Return eighteen times the variance of the score of *number* values."""
    return number * (number - 1) * (2 * number + 5)


def _began(values: Sequence[int]) -> int:
    """Return where the growth of *values* began: what comes late may be over as well."""
    least = values[0] + _BEGINNING * (values[-1] - values[0])
    late = (at for at, value in enumerate(values) if value >= least)
    return max(next(late, 0) - 1, 0)


def _middle(times_ns: Sequence[int], values: Sequence[int]) -> float:
    """Return the value half-way in time, on the line between its neighbours."""
    half_ns = (times_ns[0] + times_ns[-1]) / 2
    after = bisect_left(times_ns, half_ns)
    if after == 0:
        return values[0]
    before = after - 1
    part = (half_ns - times_ns[before]) / (times_ns[after] - times_ns[before])
    return values[before] + part * (values[after] - values[before])


def _linearity(times_ns: Sequence[int], values: Sequence[int]) -> float:
    """Return the squared correlation with time, 0 where either stands still."""
    if len(set(times_ns)) == 1 or len(set(values)) == 1:
        return 0.0
    return min(correlation(times_ns, values) ** 2, 1.0)
