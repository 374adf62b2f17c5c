"""
Suspects: what a program keeps that it should not, each with its evidence.

A site or a type that grows steadily once the program is warm is one, unless a
cache with a limit holds it.  What it is called depends on what holds it:
docs/leaks.md has the rules in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memprof.analysis import caches as cache_analysis
from memprof.analysis import culprits, doubts, floor, grown, lost, resources, sawtooth, verdicts
from memprof.analysis.bounded import Bounded, without_bounded
from memprof.analysis.doubts import Doubts
from memprof.analysis.grown import Grounds, sampled_sites
from memprof.analysis.growth import Growing, growing_sites, growing_types
from memprof.analysis.history import latest
from memprof.analysis.judged import Judged, WarmUp, judged, looks_among, warm_up
from memprof.analysis.origins import (
    TABLES_A_MODULE,
    is_suppressed,
    is_suppressed_type,
    stack_key,
)
from memprof.analysis.run import traced_snapshots
from memprof.analysis.suppression import NONE, Applied
from memprof.analysis.suspect import Suspect
from memprof.model.facts import Facts
from memprof.model.objects import Type


@dataclass(frozen=True, slots=True)
class GrowingType:
    """A builtin type that grows steadily beside the suspects that use it."""

    type: Type
    growth_objects: int


@dataclass(frozen=True, slots=True)
class SuspectTable:
    """
    The verdict of the run, and the suspects in order of confidence.

    `sites` and `types` are the snapshots each kind was judged on, `looks` those
    of the process: without enough of these nothing is clean.  `traced` is
    False where the engine was off.  `suppressed` counts growing sites and types
    left out as caches of the interpreter; `bounded` is what has a limit
    and grew; `levelling` is how many sites grew and levelled off.  `fragmented_bytes`
    is what the process holds and does not use, where that is most of its growth;
    `doubts` are what grew and is neither accused nor cleared.
    `applied` is what came of the user's suppressions.  In a tree all but the suspects is
    of the one `process` that the verdict is of, by its pid.
    """

    verdict: str
    rows: tuple[Suspect, ...]
    also_growing: tuple[GrowingType, ...]
    suppressed: int
    bounded: tuple[Bounded, ...]
    levelling: int
    fragmented_bytes: int | None
    doubts: Doubts
    traced: bool
    warm_up: WarmUp
    sites: Judged
    types: Judged
    looks: Judged
    applied: Applied = NONE
    process: int | None = None

    @property
    def seen(self) -> Judged:
        """Return the snapshots that sites were judged on, or types where these were not."""
        return self.sites if self.traced else self.types

    @property
    def sure(self) -> bool:
        """Say whether nothing that grew can have gone unseen."""
        return self.looks.enough and self.doubts == doubts.NONE


def analyse(facts: Facts) -> SuspectTable:
    """Return what *facts* say of steady growth."""
    traced = facts.run.settings.engine != "off"
    warm = warm_up(facts)
    sites = judged(facts, traced_snapshots(facts) if traced else (), warm)
    types = judged(facts, _counted(facts) if any(facts.objects.changes) else (), warm)
    looks = judged(facts, looks_among(facts, traced_snapshots(facts)), warm) if traced else types
    caches = cache_analysis.analyse(facts)
    by_site, by_type = growing_sites(facts, sites), growing_types(facts, types)
    kept_sites = [one for one in by_site if not is_suppressed(facts.allocations.sites[one.number])]
    kept_types = [
        one for one in by_type if not _is_suppressed_type(facts, one, types, traced=traced)
    ]
    suppressed = len(by_site) + len(by_type) - len(kept_sites) - len(kept_types)
    past, midway = (latest(facts, midway=at) if kept_sites else None for at in (False, True))
    grounds = Grounds(facts, sites, types, kept_types, caches, past, midway)
    found = [(one.number, grown.of_site(grounds, one)) for one in kept_sites]
    rows, bounded = without_bounded(sawtooth.without(facts, sites, past, found))
    rows, filling = doubts.without_filling(facts, rows, caches)
    alone, beside = _types_alone(facts, rows, kept_types)
    of_type = [(None, grown.of_type(grounds, one)) for one in alone]
    typed, of_types = without_bounded(sawtooth.without(facts, types, past, of_type))
    # What nobody was found to hold is most likely what a cache with a limit has.
    rows += [row for row in typed if row.held.total or not bounded]
    bounded += of_types
    rows += culprits.rows(facts, looks, sites if traced else types, rows)
    rows += lost.rows(facts, warm)
    rows, unsure = doubts.without_unsure(facts, sites if traced else types, rows)
    fragmented = culprits.fragmented_bytes(facts, looks)
    levelling = growing_sites(facts, sites, levelling=True)
    silent = not rows and looks.enough
    untraced = resources.untraced(facts, looks) if silent and not traced else None
    explained = bounded or levelling or unsure or filling or suppressed
    rising = floor.rising(facts, sites) if silent and traced and not explained else None
    table = SuspectTable(
        verdict=verdicts.INCONCLUSIVE,
        rows=ranked(rows),
        also_growing=_also_growing(facts, beside),
        suppressed=suppressed,
        bounded=tuple(dict.fromkeys(bounded)),
        levelling=len(levelling),
        fragmented_bytes=fragmented,
        doubts=Doubts(None if untraced is None else untraced.growth, filling, unsure, rising),
        traced=traced,
        warm_up=warm,
        sites=sites,
        types=types,
        looks=looks,
    )
    return with_verdict(table)


def with_verdict(table: SuspectTable) -> SuspectTable:
    """Return *table* with the verdict that its suspects make, and all else it says."""
    word = verdicts.of_run(
        (row.verdict for row in table.rows),
        sure=table.sure,
        saturating=bool(table.levelling or table.bounded),
        fragmented=table.fragmented_bytes is not None,
    )
    return replace(table, verdict=word)


def _counted(facts: Facts) -> list[int]:
    """Return the snapshots that counted objects: light ones look at blocks alone."""
    classes = facts.refcounts.classes
    every = range(len(facts.snapshots))
    found = [index for index in every if index >= len(classes) or classes[index] is not None]
    return found or list(every)


def _types_alone(
    facts: Facts, rows: Sequence[Suspect], types: Sequence[Growing]
) -> tuple[list[Growing], list[Growing]]:
    """
    Split the *types* that no row names: those that need one, those that do not.

    Beside a growing site, a builtin container that grows too is most likely
    what that site's objects are made of: it is mentioned, not accused.
    """
    named = {row.type for row in rows}
    others = [one for one in types if facts.objects.types[one.number] not in named]
    beside = [one for one in others if rows and _module(facts, one) == "builtins"]
    return [one for one in others if one not in beside], beside


def _also_growing(facts: Facts, types: Sequence[Growing]) -> tuple[GrowingType, ...]:
    """Return the builtin *types* to mention, most growth first."""
    found = [GrowingType(facts.objects.types[one.number], one.growths[0]) for one in types]
    found.sort(key=lambda one: (-one.growth_objects, one.type.module, one.type.qualname))
    return tuple(found)


def _is_suppressed_type(facts: Facts, one: Growing, seen: Judged, *, traced: bool) -> bool:
    """Say whether a type is the import system's, or comes from its sites alone."""
    sites = [facts.allocations.sites[number] for number in sampled_sites(facts).get(one.number, ())]
    if sites and all(is_suppressed(stack) for stack in sites):
        return True
    kind = facts.objects.types[one.number]
    tables = traced or one.growths[0] <= TABLES_A_MODULE * seen.imported
    return is_suppressed_type(kind, importing=seen.imported > 0, tables=tables)


def _module(facts: Facts, one: Growing) -> str:
    """Return the module of a growing type."""
    return facts.objects.types[one.number].module


def ranked(rows: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Return *rows* with their ranks: whether it takes memory, confidence, growth, site, type."""
    ordered = sorted(rows, key=_key)
    return tuple(replace(row, rank=rank) for rank, row in enumerate(ordered, start=1))


def _key(row: Suspect) -> tuple[object, ...]:
    """Return what a suspect sorts by."""
    kind = ("", "") if row.type is None else (row.type.module, row.type.qualname)
    growths = -(row.growth_bytes or 0), -(row.growth_objects or 0)
    return (
        row.lost is not None,
        -row.confidence,
        *growths,
        stack_key(row.stack),
        kind,
        row.judged_on,
    )
