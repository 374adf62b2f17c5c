"""Doubts: what grew, and is neither accused nor cleared."""

from collections.abc import Sequence
from dataclasses import dataclass

from memprof.analysis.bounded import BLOCKS_AN_ENTRY
from memprof.analysis.caches import FILLING, CacheRow, CacheTable
from memprof.analysis.suspect import Suspect
from memprof.model.facts import Facts

_LITTLE_BYTES, _MORE_BYTES, _UNSURE = 32 * 1024, 64 * 1024, 0.1
"""
What gained less is no suspect yet, nor one as unsure that gained less than twice as much.

A list that is cleared at its five hundredth entry grows as steadily until then, and so does
what an extension keeps for reuse.
"""

_LATE = 0.25
"""What begins after this share of what is judged came late."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    What keeps a run without suspects from being clean.

    `untraced_bytes` is what it gained steadily where nothing says by whose doing; `filling` a
    cache with a limit that what grew may be in, where no engine says what holds it; `little` what
    grew by too little for a suspect; `passing` what began late and was given back by the end.
    """

    untraced_bytes: int | None = None
    filling: CacheRow | None = None
    little: Suspect | None = None
    passing: Suspect | None = None


NONE = Doubts()


def without_filling(
    facts: Facts, rows: Sequence[Suspect], caches: CacheTable
) -> tuple[list[Suspect], CacheRow | None]:
    """
    Split *rows* into those that no cache on its way to its limit can explain, and such a cache.

    The engine that says which objects a line allocated also says what holds them: then
    nothing is left to be explained.
    """
    told = any(found and found.sites for found in (facts.owners, facts.owners_midway))
    filling = [row for row in caches.rows if row.state == FILLING and not told]
    fullest = max(filling, key=lambda row: row.cache.size, default=None)
    if fullest is None:
        return list(rows), None
    most = fullest.cache.size * BLOCKS_AN_ENTRY
    left = [row for row in rows if row.held.total or (row.growth_blocks or 0) > most]
    return left, None if len(left) == len(rows) else fullest


def without_unsure(
    rows: Sequence[Suspect],
) -> tuple[list[Suspect], Suspect | None, Suspect | None]:
    """
    Return those of *rows* that can be accused; the greatest that passed; the greatest of little.

    A function that gathers something and returns looks as a leak does of which the
    program's end lets go: only what began early has outlasted such phases.  Too little
    cannot be told from the last entries of a container that has a limit; but beside
    what is sure it may be the line that says why.
    """
    left = [row for row in rows if not _is_passing(row)]
    passing = _greatest([row for row in rows if _is_passing(row)])
    if all(map(_is_little, left)):
        return [], passing, _greatest(left)
    return left, passing, None


def _greatest(rows: Sequence[Suspect]) -> Suspect | None:
    """Return the one of *rows* that gained most, None without any."""
    return max(rows, key=lambda row: row.growth_bytes or 0, default=None)


def _is_passing(row: Suspect) -> bool:
    """Say whether *row* began late, and next to nothing of it was there at the end."""
    of_site = bool(row.stack) and row.growth_bytes is not None
    return of_site and row.is_gone and row.trend.began >= _LATE * len(row.series)


def _is_little(row: Suspect) -> bool:
    """Say whether *row* gained too little for a suspect."""
    enough = _MORE_BYTES if row.confidence < _UNSURE else _LITTLE_BYTES
    return row.growth_bytes is not None and row.growth_bytes < enough
