"""Sawtooth: what grows between two full collections and is garbage is no leak."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from memprof.analysis import debt, verdicts
from memprof.analysis.held import LET_GO
from memprof.analysis.history import SiteHistory
from memprof.analysis.judged import Judged
from memprof.analysis.suspect import Suspect
from memprof.model.facts import Facts

FULL_COLLECTIONS = 2
"""What still grows after so many full collections is none of their garbage."""


def without(
    facts: Facts, seen: Judged, past: SiteHistory | None, rows: Sequence[tuple[int | None, Suspect]]
) -> list[Suspect]:
    """
    Return of *rows*, each with the number of its site, those that no collection would take away.

    Nothing is left out where the program keeps the collector off, or where enough of
    its full collections were *seen*.
    """
    if debt.is_kept_off(facts) or full_collections(facts, seen) >= FULL_COLLECTIONS:
        return [_let_go(row) for _, row in rows]
    blocks = None if past is None or past.collected is None else past.collected[1]
    objects = sum(one.collected for one in chain(*facts.generations.intervals))
    found = []
    for site, row in rows:
        taken = None if site is None or blocks is None else blocks[site]
        left = site is None and _was_left(facts, row)
        if not _is_garbage(row, taken, objects, left=left):
            found.append(_let_go(row))
    return found


def _let_go(row: Suspect) -> Suspect:
    """Return *row*, of garbage that is no debt, without an owner: who held it is not known."""
    if row.verdict == verdicts.CYCLIC_DEBT or not row.held.is_garbage:
        return row
    return replace(row, held=replace(LET_GO, type=row.held.type), held_by=None, cycle=None)


def full_collections(facts: Facts, seen: Judged) -> int:
    """Return how often the oldest generation was collected between the snapshots judged."""
    if not seen.indices:
        return 0
    intervals = facts.generations.intervals
    oldest = max((one.generation for every in intervals for one in every), default=0)
    within = chain(*intervals[seen.indices[0] + 1 : seen.indices[-1] + 1])
    return sum(one.collections for one in within if one.generation == oldest)


def _was_left(facts: Facts, row: Suspect) -> bool:
    """
    Say whether what there is more of a type was garbage at the end.

    A look that comes as often as the young collections do meets each a little later than
    the last, and sees a type grow that does not.  The lines that allocate it are looked at
    more often: where they are followed and none of them grows, that is what it was.
    """
    if facts.debt is None or row.type is None or facts.run.settings.engine == "off":
        return False
    numbers = [number for number, one in enumerate(facts.objects.types) if one == row.type]
    waiting = sum(facts.debt.counts.get(number, 0) for number in numbers)
    return waiting >= (row.growth_objects or 0)


def _is_garbage(row: Suspect, taken: int | None, objects: int, *, left: bool = False) -> bool:
    """
    Say whether a suspect's objects wait for the collector, or such were *left* at the end.

    At its end a program lets go of what it held until then, and that is garbage, too:
    so as much was *taken* of its site before as there is more now, or, where that is
    not known, as many *objects* of all.  What nobody was found to hold is garbage only
    if that is known.
    """
    growth = row.growth_objects if row.growth_blocks is None else row.growth_blocks
    waits = row.held.is_garbage if row.held.total else left or taken is not None
    return waits and 0 < (growth or 0) <= (objects if taken is None else taken)
