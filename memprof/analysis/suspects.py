"""
Suspects: which allocation sites and types grow steadily once the program is warm.

A first, honest ranking: it says GROWING, never LEAK, for it sees a trend and
not what a program means to keep.  docs/leaks.md has the rules in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from memprof.analysis.growth import Growing, growing_sites, growing_types
from memprof.analysis.judged import Judged, judged
from memprof.analysis.origins import is_suppressed, is_suppressed_type, stack_key
from memprof.analysis.run import traced_snapshots
from memprof.analysis.trend import Trend, theil_sen
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type

GROWING = "GROWING"
INCONCLUSIVE = "INCONCLUSIVE"
NO_STEADY_GROWTH = "NO STEADY GROWTH"

_SITE_FIGURES = ("bytes", "blocks")


@dataclass(frozen=True, slots=True)
class Suspect:
    """
    A site or a type that grows steadily, with its evidence.

    A site has a `stack`, allocating frame first, and figures in bytes and
    blocks; a type without a site has neither and figures in objects only.
    `confidence`, 0 to 1, is `share` of all growth x `trend.rising` x
    `trend.linearity`.  `judged_on` names the figures the trend was found
    in: bytes, blocks or objects; `series` are bytes, or objects of a type.
    `kept_share` is how much of the growth the run's last snapshot still had.
    """

    rank: int
    verdict: str
    confidence: float
    stack: tuple[Frame, ...]
    type: Type | None
    growth_bytes: int | None
    growth_blocks: int | None
    growth_objects: int | None
    bytes_per_s: float | None
    objects_per_s: float | None
    held_by: str | None
    share: float
    kept_share: float
    trend: Trend
    judged_on: str
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GrowingType:
    """A builtin type that grows steadily beside the suspects that use it."""

    type: Type
    growth_objects: int


@dataclass(frozen=True, slots=True)
class SuspectTable:
    """
    The verdict of the run, and the suspects in order of confidence.

    `sites` and `types` are the snapshots each kind was judged on.  `traced`
    is False where the engine was off.  `suppressed` counts growing sites
    and types left out as caches of the interpreter.
    """

    verdict: str
    rows: tuple[Suspect, ...]
    also_growing: tuple[GrowingType, ...]
    suppressed: int
    traced: bool
    sites: Judged
    types: Judged


def analyse(facts: Facts) -> SuspectTable:
    """Return what *facts* say of steady growth."""
    traced = facts.run.settings.engine != "off"
    sites = judged(facts, traced_snapshots(facts) if traced else ())
    types = judged(facts, range(len(facts.snapshots)) if any(facts.objects.changes) else ())
    by_site, by_type = growing_sites(facts, sites), growing_types(facts, types)
    kept_sites = [one for one in by_site if not is_suppressed(facts.allocations.sites[one.number])]
    kept_types = [one for one in by_type if not _is_suppressed_type(facts, one)]
    rows = [_site_row(facts, sites, one, kept_types) for one in kept_sites]
    alone, beside = _types_alone(facts, rows, kept_types)
    rows += [_type_row(facts, types, one) for one in alone]
    return SuspectTable(
        verdict=_verdict(rows, sites if traced else types),
        rows=_ranked(rows),
        also_growing=_also_growing(facts, beside),
        suppressed=len(by_site) + len(by_type) - len(kept_sites) - len(kept_types),
        traced=traced,
        sites=sites,
        types=types,
    )


def _verdict(rows: Sequence[Suspect], seen: Judged) -> str:
    """Return the run's verdict; silence about too few snapshots would be a lie."""
    if rows:
        return GROWING
    return NO_STEADY_GROWTH if seen.enough else INCONCLUSIVE


def _site_row(facts: Facts, seen: Judged, one: Growing, types: Sequence[Growing]) -> Suspect:
    """Return the suspect for a growing site, with the type its samples name."""
    sampled = _sampled_sites(facts)
    made = [other for other in types if one.number in sampled.get(other.number, ())]
    kind = max(made, key=lambda other: (other.growths[0], -other.number), default=None)
    growth_bytes, growth_blocks = one.growths
    return Suspect(
        rank=0,
        verdict=GROWING,
        confidence=_confidence(one),
        stack=facts.allocations.sites[one.number],
        type=None if kind is None else facts.objects.types[kind.number],
        growth_bytes=growth_bytes,
        growth_blocks=growth_blocks,
        growth_objects=None if kind is None else kind.growths[0],
        bytes_per_s=theil_sen(seen.times_ns, one.columns[0]),
        objects_per_s=None,
        held_by=None if kind is None else facts.refcounts.holders.get(kind.number),
        share=one.share,
        kept_share=_kept_share(one),
        trend=one.trend,
        judged_on=_SITE_FIGURES[one.judged_on],
        series=one.columns[0],
    )


def _type_row(facts: Facts, seen: Judged, one: Growing) -> Suspect:
    """Return the suspect for a growing type that belongs to no growing site."""
    return Suspect(
        rank=0,
        verdict=GROWING,
        confidence=_confidence(one),
        stack=(),
        type=facts.objects.types[one.number],
        growth_bytes=None,
        growth_blocks=None,
        growth_objects=one.growths[0],
        bytes_per_s=None,
        objects_per_s=theil_sen(seen.times_ns, one.columns[0]),
        held_by=facts.refcounts.holders.get(one.number),
        share=one.share,
        kept_share=_kept_share(one),
        trend=one.trend,
        judged_on="objects",
        series=one.columns[0],
    )


def _confidence(one: Growing) -> float:
    """Return the product of the three factors, each 0 to 1."""
    return one.share * max(one.trend.rising, 0.0) * one.trend.linearity


def _kept_share(one: Growing) -> float:
    """Return how much of its growth the run's last snapshot still had, 0 to 1."""
    values = one.columns[0]
    return min(max((one.kept - values[0]) / (values[-1] - values[0]), 0.0), 1.0)


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


def _is_suppressed_type(facts: Facts, one: Growing) -> bool:
    """Say whether a type is the import system's, or comes from its sites alone."""
    sites = [
        facts.allocations.sites[number] for number in _sampled_sites(facts).get(one.number, ())
    ]
    if sites and all(is_suppressed(stack) for stack in sites):
        return True
    return is_suppressed_type(facts.objects.types[one.number])


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
    return -row.confidence, *growths, stack_key(row.stack), kind
