"""Doubts: what grew, and is neither accused nor cleared."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from memprof.analysis import debt, room, sawtooth
from memprof.analysis.bounded import BLOCKS_AN_ENTRY
from memprof.analysis.caches import FILLING, CacheRow, CacheTable
from memprof.analysis.floor import Floor
from memprof.analysis.held import Held
from memprof.analysis.judged import Judged
from memprof.analysis.paths import container
from memprof.analysis.suspect import Suspect
from memprof.model.facts import Facts
from memprof.model.objects import Type

_LITTLE_BYTES, _MORE_BYTES, _UNSURE = 32 * 1024, 64 * 1024, 0.1
"""
What gained less is no suspect yet, nor one as unsure that gained less than twice as much.

A list that is cleared at its five hundredth entry grows as steadily until then, and so does
what an extension keeps for reuse.
"""

_FEW_OBJECTS = 600
"""So many of the smallest that are tracked take less than is little."""

_TRACKED_LATER = (Type("builtins", "tuple"), Type("builtins", "dict"))

_LATE = 0.4
"""What begins after this share of what is judged came late."""

_NO_SURVIVOR = 0.05
"""With less of the old alive, as against the young, what is there is ever new."""

_EXCHANGED, _LARGE = 0.8, 0.1
"""
What all else lost, of what one gained, where that is so much of all there is.

A table whose entries are replaced one by one has ever more from the line that replaces.
"""

_WAITING, _EXPLAINED = 0.5, 0.2
"""Of the blocks a line gained: how much is garbage at the end, and how much is held."""

LITTLE, PASSING, YOUNG = "little", "passing", "young"
"""Too little; late, and given back; not surviving."""

EXCHANGED, WAITING, FILLS = "exchanged", "waiting", "fills"
"""Made up for; garbage that may be collected; in places that were there before."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What grew, as the suspect `row` it would be, and of what `kind` the doubt is."""

    kind: str
    row: Suspect


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    What keeps a run without suspects from being clean.

    `untraced_bytes` is what it gained steadily where nothing says by whose doing; `filling` a
    cache with a limit that what grew may be in, where no engine says what holds it; `unsure`
    the most of what grew and is no suspect; `floor` what all together gained
    throughout the run, where no line did steadily.
    """

    untraced_bytes: int | None = None
    filling: CacheRow | None = None
    unsure: Doubt | None = None
    floor: Floor | None = None


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
    facts: Facts, seen: Judged, rows: Sequence[Suspect]
) -> tuple[list[Suspect], Doubt | None]:
    """
    Return those of *rows* that can be accused by what was *seen*, and the most of the others.

    A function that gathers something and returns looks as a leak does of which the
    program's end lets go: only what began early has outlasted such phases.  Too little
    cannot be told from the last entries of a container that has a limit; but beside
    what is sure it may be the line that says why.
    """
    others = _gained_by_others(facts, seen, rows)
    kinds = [(_kind(facts, seen, row, others), row) for row in rows]
    waiting = {container(row.held.owner) for kind, row in kinds if kind == WAITING} - {None}
    filling = [row.held for kind, row in kinds if kind == FILLS]
    kinds = [(kind or _kind_beside(row.held, waiting, filling), row) for kind, row in kinds]
    left = [row for kind, row in kinds if kind is None]
    found = [Doubt(kind, row) for kind, row in kinds if kind is not None]
    traced = facts.run.settings.engine != "off"
    if all(_is_little(row) or (traced and _is_unseen(row)) for row in left):
        found += [Doubt(LITTLE, row) for row in left]
        left = []
    return left, max(found, key=lambda one: one.row.growth_bytes or 0, default=None)


def _kind(facts: Facts, seen: Judged, row: Suspect, others: float) -> str | None:
    """Return why *row* cannot be accused, where all but the rows gained *others* bytes."""
    if _is_passing(row):
        return PASSING
    if row.survival is not None and row.survival.factor < _NO_SURVIVOR:
        return YOUNG
    if _is_exchanged(facts, seen, row, others):
        return EXCHANGED
    if room.fills(row.held):
        return FILLS
    return WAITING if _is_waiting(facts, seen, row) else None


def _kind_beside(held: Held, waiting: set[str | None], filling: Sequence[Held]) -> str | None:
    """Return why what is *held* is as little to accuse as what it is with, None if it is alone."""
    if container(held.owner) in waiting:
        return WAITING
    return FILLS if any(room.hangs_on(held, one) for one in filling) else None


def _gained_by_others(facts: Facts, seen: Judged, rows: Sequence[Suspect]) -> float:
    """Return by how many bytes all blocks grew, without those of *rows*, while it was judged."""
    alive = [facts.snapshots[index].live_bytes or 0 for index in seen.indices]
    theirs = [row.series for row in rows if _is_of_site(row)]
    return _gained([total - sum(parts) for total, *parts in zip(alive, *theirs, strict=True)])


def _gained(series: Sequence[int]) -> float:
    """Return what *series* gained from its first third to its last, whatever its ends are."""
    third = len(series) // 3
    return median(series[-third:]) - median(series[:third]) if third else 0.0


def _is_exchanged(facts: Facts, seen: Judged, row: Suspect, others: float) -> bool:
    """Say whether all else lost what *row* gained, and that is a good part of all there is."""
    grown = row.growth_bytes or 0
    if not _is_of_site(row) or row.kept_share < _LARGE:
        return False
    if others > -_EXCHANGED * _gained(row.series):
        return False
    return grown >= _LARGE * (facts.snapshots[seen.indices[-1]].live_bytes or 0) > 0


def _is_waiting(facts: Facts, seen: Judged, row: Suspect) -> bool:
    """
    Say whether what *row* gained was garbage at the end that a collection may take.

    Not where the program keeps the collector off, or enough full ones came meanwhile.
    """
    if facts.debt is None or debt.is_kept_off(facts) or row.held.is_garbage:
        return False
    if sawtooth.full_collections(facts, seen) >= sawtooth.FULL_COLLECTIONS:
        return False
    if not _is_of_site(row):
        return row.held.garbage >= max(_WAITING * (row.growth_objects or 0), 1)
    grown = row.growth_blocks or 0
    if not row.held.total and not row.is_gone and facts.owners is not None and grown:
        # Nobody was found to hold what is there: it hangs on garbage, where there is as much.
        return sum(facts.debt.counts.values()) >= grown
    waiting = debt.objects_of(facts, row.stack)
    return waiting >= _WAITING * grown > 0 and row.held.total <= _EXPLAINED * grown


def _is_of_site(row: Suspect) -> bool:
    """Say whether *row* is of a line's blocks, and not of a type or of the process."""
    return row.growth_blocks is not None


def _is_passing(row: Suspect) -> bool:
    """Say whether *row* began late, and next to nothing of it was there at the end."""
    return _is_of_site(row) and row.is_gone and row.trend.began >= _LATE * len(row.series)


def _is_unseen(row: Suspect) -> bool:
    """
    Say whether *row* is of objects whose lines, which are followed, did not grow.

    So few would not show there.  Of tuples and dictionaries those are counted that the
    collector tracks, and which these are changes without any that comes.
    """
    if row.judged_on != "objects":
        return False
    return row.type in _TRACKED_LATER or (row.growth_objects or 0) < _FEW_OBJECTS


def _is_little(row: Suspect) -> bool:
    """Say whether *row* gained too little for a suspect."""
    enough = _MORE_BYTES if row.confidence < _UNSURE else _LITTLE_BYTES
    return row.growth_bytes is not None and row.growth_bytes < enough
