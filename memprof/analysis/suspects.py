"""
Suspects: what a program keeps that it should not, each with its evidence.

A site or a type that grows steadily once the program is warm is one, unless a
cache with a limit holds it.  What it is called depends on what holds it:
docs/leaks.md has the rules in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from memprof.analysis import caches as cache_analysis
from memprof.analysis import culprits, held, verdicts
from memprof.analysis.caches import UNBOUNDED, CacheRow, CacheTable
from memprof.analysis.growth import Growing, growing_sites, growing_types
from memprof.analysis.held import Held
from memprof.analysis.history import latest
from memprof.analysis.judged import Judged, judged, warm_up_ns
from memprof.analysis.origins import caller, is_suppressed, is_suppressed_type, stack_key
from memprof.analysis.run import traced_snapshots
from memprof.analysis.suppression import NONE, Applied
from memprof.analysis.survival import Survival, survival
from memprof.analysis.suspect import Suspect
from memprof.analysis.trend import theil_sen
from memprof.model.facts import Facts
from memprof.model.objects import Type

_SITE_FIGURES = ("bytes", "blocks")


@dataclass(frozen=True, slots=True)
class GrowingType:
    """A builtin type that grows steadily beside the suspects that use it."""

    type: Type
    growth_objects: int


@dataclass(frozen=True, slots=True)
class SuspectTable:
    """
    The verdict of the run, and the suspects in order of confidence.

    `sites` and `types` are the snapshots each kind was judged on.  `traced` is
    False where the engine was off.  `suppressed` counts growing sites and types
    left out as caches of the interpreter; `bounded` are caches with a limit
    that grew; `levelling` is how many sites grew and levelled off.  `fragmented_bytes`
    is what the process holds and does not use, where that is most of its growth.
    `applied` is what came of the user's suppressions.
    """

    verdict: str
    rows: tuple[Suspect, ...]
    also_growing: tuple[GrowingType, ...]
    suppressed: int
    bounded: tuple[CacheRow, ...]
    levelling: int
    fragmented_bytes: int | None
    traced: bool
    warm_up_ns: int
    sites: Judged
    types: Judged
    applied: Applied = NONE


def analyse(facts: Facts) -> SuspectTable:
    """Return what *facts* say of steady growth."""
    traced = facts.run.settings.engine != "off"
    sites = judged(facts, traced_snapshots(facts) if traced else ())
    types = judged(facts, _counted(facts) if any(facts.objects.changes) else ())
    seen = sites if traced else types
    caches = cache_analysis.analyse(facts)
    by_site, by_type = growing_sites(facts, sites), growing_types(facts, types)
    kept_sites = [one for one in by_site if not is_suppressed(facts.allocations.sites[one.number])]
    kept_types = [one for one in by_type if not _is_suppressed_type(facts, one, types, traced)]
    suppressed = len(by_site) + len(by_type) - len(kept_sites) - len(kept_types)
    rows = [_site_row(facts, sites, one, kept_types, caches) for one in kept_sites]
    rows, bounded = _without_bounded(rows)
    alone, beside = _types_alone(facts, rows, kept_types)
    typed, of_types = _without_bounded([_type_row(facts, types, one, caches) for one in alone])
    # What nobody was found to hold is most likely what a cache with a limit has.
    rows += [row for row in typed if row.held.total or not bounded]
    bounded += of_types
    rows += culprits.rows(facts, seen, rows)
    fragmented = culprits.fragmented_bytes(facts, seen)
    levelling = growing_sites(facts, sites, levelling=True)
    return SuspectTable(
        verdict=verdicts.of_run(
            (row.verdict for row in rows),
            enough=seen.enough,
            saturating=bool(levelling or bounded),
            fragmented=fragmented is not None,
        ),
        rows=_ranked(rows),
        also_growing=_also_growing(facts, beside),
        suppressed=suppressed,
        bounded=tuple(dict.fromkeys(bounded)),
        levelling=len(levelling),
        fragmented_bytes=fragmented,
        traced=traced,
        warm_up_ns=int(warm_up_ns(facts)),
        sites=sites,
        types=types,
    )


def _counted(facts: Facts) -> list[int]:
    """Return the snapshots that counted objects: light ones look at blocks alone."""
    classes = facts.refcounts.classes
    every = range(len(facts.snapshots))
    found = [index for index in every if index >= len(classes) or classes[index] is not None]
    return found or list(every)


def _site_row(
    facts: Facts, seen: Judged, one: Growing, types: Sequence[Growing], caches: CacheTable
) -> Suspect:
    """Return the suspect for a growing site, with the type and the owner of its objects."""
    stack = facts.allocations.sites[one.number]
    known = held.of_site(facts, one.number)
    kind, objects = known.type, known.alike or None
    sampled = _sampled_type(facts, one, types)
    if kind is None and sampled is not None:
        kind, objects = facts.objects.types[sampled.number], sampled.growths[0]
    growth_bytes, growth_blocks = one.growths
    if objects is not None:
        # The walk met what is there, not what came.
        came = [other.growths[0] for other in types if facts.objects.types[other.number] == kind]
        objects = min([objects, *came, *([growth_blocks] if growth_blocks > 0 else [])])
    lived = _survival(facts, seen, one)
    holder = None if sampled is None else facts.refcounts.holders.get(sampled.number)
    cache = held.cache_of(known, caches)
    return Suspect(
        rank=0,
        verdict=_word(known, cache),
        confidence=_confidence(one) * (lived.factor if lived else 1.0),
        stack=stack,
        caller=caller(stack),
        type=kind,
        growth_bytes=growth_bytes,
        growth_blocks=growth_blocks,
        growth_objects=objects,
        bytes_per_s=theil_sen(seen.times_ns, one.columns[0]),
        objects_per_s=None,
        held=known,
        held_by=known.owner or holder,
        cache=cache,
        cycle=_cycle(facts, kind) if known.is_garbage else None,
        share=one.share,
        kept_share=_kept_share(one),
        survival=lived,
        trend=one.trend,
        judged_on=_SITE_FIGURES[one.judged_on],
        series=one.columns[0],
    )


def _survival(facts: Facts, seen: Judged, one: Growing) -> Survival | None:
    """Return how a growing site's blocks survive, None where that says nothing."""
    if _SITE_FIGURES[one.judged_on] != "blocks":
        # One block that grows is born anew each time.
        return None
    end_ns = facts.snapshots[seen.last or 0].at_ns
    return survival(latest(facts), one.number, int(warm_up_ns(facts)), end_ns)


def _type_row(facts: Facts, seen: Judged, one: Growing, caches: CacheTable) -> Suspect:
    """Return the suspect for a growing type that belongs to no growing site."""
    known = held.of_type(facts, one.number)
    cache = held.cache_of(known, caches)
    kind = facts.objects.types[one.number]
    return Suspect(
        rank=0,
        verdict=_word(known, cache),
        confidence=_confidence(one),
        stack=(),
        caller=None,
        type=kind,
        growth_bytes=None,
        growth_blocks=None,
        growth_objects=one.growths[0],
        bytes_per_s=None,
        objects_per_s=theil_sen(seen.times_ns, one.columns[0]),
        held=known,
        held_by=known.owner or facts.refcounts.holders.get(one.number),
        cache=cache,
        cycle=_cycle(facts, kind) if known.is_garbage else None,
        share=one.share,
        kept_share=_kept_share(one),
        survival=None,
        trend=one.trend,
        judged_on="objects",
        series=one.columns[0],
    )


def _without_bounded(rows: Sequence[Suspect]) -> tuple[list[Suspect], list[CacheRow]]:
    """Split *rows* into those no cache with a limit holds, and such caches."""
    bounded = [row.cache for row in rows if row.cache and row.cache.state != UNBOUNDED]
    return [row for row in rows if row.cache is None or row.cache.state == UNBOUNDED], bounded


def _word(known: Held, cache: CacheRow | None) -> str:
    """Return what growth is called that is *known* to be held so."""
    if known.is_garbage:
        return verdicts.CYCLIC_DEBT
    return verdicts.LEAK if cache is None else verdicts.UNBOUNDED_CACHE


def _cycle(facts: Facts, kind: Type | None) -> str | None:
    """Return a cycle through objects of *kind*, None where none was found."""
    for row in facts.debt.rows if facts.debt else ():
        if facts.objects.types[row.type_id] == kind and row.cycle:
            return row.cycle
    return None


def _confidence(one: Growing) -> float:
    """Return the product of the three factors, each 0 to 1."""
    return one.share * max(one.trend.rising, 0.0) * one.trend.linearity


def _kept_share(one: Growing) -> float:
    """Return how much of its growth the run's last snapshot still had, 0 to 1."""
    values = one.columns[0]
    return min(max((one.kept - values[0]) / (values[-1] - values[0]), 0.0), 1.0)


def _sampled_type(facts: Facts, one: Growing, types: Sequence[Growing]) -> Growing | None:
    """Return the growing type whose samples came from the growing site, None if none did."""
    sampled = _sampled_sites(facts)
    made = [other for other in types if one.number in sampled.get(other.number, ())]
    return max(made, key=lambda other: (other.growths[0], -other.number), default=None)


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


def _sampled_sites(facts: Facts) -> Mapping[int, set[int]]:
    """Return, for each type that was sampled, the sites its objects came from."""
    found: dict[int, set[int]] = {}
    for sample in facts.refcounts.samples:
        if sample.site_id is not None:
            found.setdefault(sample.type_id, set()).add(sample.site_id)
    return found


def _is_suppressed_type(facts: Facts, one: Growing, seen: Judged, traced: bool) -> bool:  # noqa: FBT001
    """Say whether a type is the import system's, or comes from its sites alone."""
    sites = [
        facts.allocations.sites[number] for number in _sampled_sites(facts).get(one.number, ())
    ]
    if sites and all(is_suppressed(stack) for stack in sites):
        return True
    kind = facts.objects.types[one.number]
    return is_suppressed_type(kind, importing=seen.importing, traced=traced)


def _module(facts: Facts, one: Growing) -> str:
    """Return the module of a growing type."""
    return facts.objects.types[one.number].module


def _ranked(rows: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """Return *rows* with their ranks: confidence, growth, site, type."""
    ordered = sorted(rows, key=_key)
    return tuple(replace(row, rank=rank) for rank, row in enumerate(ordered, start=1))


def _key(row: Suspect) -> tuple[object, ...]:
    """Return what a suspect sorts by."""
    kind = ("", "") if row.type is None else (row.type.module, row.type.qualname)
    growths = -(row.growth_bytes or 0), -(row.growth_objects or 0)
    return -row.confidence, *growths, stack_key(row.stack), kind, row.judged_on
