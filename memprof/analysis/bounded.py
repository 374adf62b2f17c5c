"""Bounded: what grew, and is in something that has a limit: no leak."""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.caches import HARMLESS
from memprof.analysis.held import Held
from memprof.analysis.paths import limited
from memprof.analysis.suspect import Suspect

BLOCKS_AN_ENTRY = 10
"""So many blocks of one line an entry may keep, and hardly more."""

_MOST = 0.8
"""What holds less than this share of what grew does not explain it."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """
    Something that has a limit.

    `name` is the cached function of an `lru_cache`, the path to a `deque`: `what` it is.
    `entries` of `limit` are there, None where that was not counted.
    """

    name: str
    what: str
    entries: int | None
    limit: int


def without_bounded(rows: Sequence[Suspect]) -> tuple[list[Suspect], list[Bounded]]:
    """Split *rows* into those that nothing with a limit holds, and what holds the others."""
    found = [(row, _holder(row)) for row in rows]
    left = [row for row, holder in found if holder is None]
    return left, [holder for _, holder in found if holder is not None]


def _holder(row: Suspect) -> Bounded | None:
    """Return what with a limit holds the objects of *row*, None if nothing does."""
    if row.cache is not None and row.cache.state in HARMLESS:
        cache = row.cache.cache
        return Bounded(cache.name, "an lru_cache", cache.size, cache.maxsize or 0)
    return _deque(row.held)


def _deque(held: Held) -> Bounded | None:
    """Return the deque with a limit that holds what is *held*, as far as its entries explain it."""
    found = None if held.owner is None else limited(held.owner)
    if found is None:
        return None
    path, limit = found
    objects = held.owners[0][1]
    explains = objects >= _MOST * held.total and objects <= limit * BLOCKS_AN_ENTRY
    return Bounded(path, "a deque", None, limit) if explains else None
