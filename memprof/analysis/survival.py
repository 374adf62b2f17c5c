"""
Survival: how much of what a site allocated early is still alive.

A leak keeps every epoch alike; a cache that is full lets go of the oldest; a
buffer keeps only the newest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.history import SiteHistory

_LEAST_EPOCHS = 3


@dataclass(frozen=True, slots=True)
class Survival:
    """
    Live blocks by the epoch of their birth, after warm-up.

    `rates` are blocks a second, oldest epoch first; `share` is that of the
    older half against that of the younger, 0 to 1: 1 where what is old is as
    alive as what is young.
    """

    rates: tuple[float, ...]
    share: float

    @property
    def factor(self) -> float:
        """Return what it counts for: below a half, for the pace of a program varies too."""
        return min(2 * self.share, 1.0)


def survival(history: SiteHistory | None, site: int, since_ns: int, end_ns: int) -> Survival | None:
    """
    Return how *site*'s blocks that were born after *since_ns* survive.

    *end_ns* is when they were counted.  None where too few epochs are known, or
    nothing was born.
    """
    if history is None or history.births is None:
        return None
    starts = (*history.starts_ns, max(end_ns, history.starts_ns[-1] + 1))
    epochs = [
        (column[site], stop - start)
        for column, start, stop in zip(history.births, starts, starts[1:], strict=False)
        if start >= since_ns and stop > start and site < len(column)
    ]
    if len(epochs) < _LEAST_EPOCHS or not any(blocks for blocks, _ in epochs):
        return None
    rates = tuple(1e9 * blocks / lasted_ns for blocks, lasted_ns in epochs)
    half = len(epochs) // 2
    # By halves, because steps are growth too: whole epochs may have no births.
    older, younger = _rate(epochs[:half]), _rate(epochs[half:])
    return Survival(rates, min(older / younger, 1.0) if younger else 1.0)


def _rate(epochs: Sequence[tuple[int, int]]) -> float:
    """Return the blocks of *epochs*, each (blocks, nanoseconds), a nanosecond."""
    return sum(blocks for blocks, _ in epochs) / sum(lasted_ns for _, lasted_ns in epochs)
