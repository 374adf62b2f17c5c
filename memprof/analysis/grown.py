"""Grown: the suspect that a growing site or type is, with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memprof.analysis import debt, held, verdicts
from memprof.analysis.caches import UNBOUNDED, CacheRow, CacheTable
from memprof.analysis.growth import Growing
from memprof.analysis.held import Held
from memprof.analysis.history import SiteHistory
from memprof.analysis.judged import Judged
from memprof.analysis.origins import caller
from memprof.analysis.survival import Survival, survival
from memprof.analysis.suspect import Suspect
from memprof.analysis.trend import theil_sen
from memprof.model.facts import Facts
from memprof.model.objects import Type

_SITE_FIGURES = ("bytes", "blocks")

_BLOCKS_AN_OBJECT = 20
"""So many blocks of one line an object may consist of, and hardly more."""

_OF_MANY_BLOCKS = Type("collections", "deque")
"""A chain of blocks, as many as it needs."""

_KEPT = 0.5
"""With less of the growth at the end than this the program has let go of it."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    What a suspect is judged on, beside its own growth.

    `sites` and `types` are the judged snapshots of each kind, `growing` the
    types that grow, `past` what the engine kept of each site as it happened,
    and `midway` what it had kept while the program still ran.
    """

    facts: Facts
    sites: Judged
    types: Judged
    growing: Sequence[Growing]
    caches: CacheTable
    past: SiteHistory | None
    midway: SiteHistory | None


def of_site(grounds: Grounds, one: Growing) -> Suspect:
    """Return the suspect for a growing site, with the type and the owner of its objects."""
    facts = grounds.facts
    stack = facts.allocations.sites[one.number]
    known = held.of_site(facts, one.number)
    few = known.total * _BLOCKS_AN_OBJECT < one.growths[1]
    if few and known.type != _OF_MANY_BLOCKS:
        # What was met is some of what the line makes beside that which grows.
        known = held.NOTHING
    kind, objects = known.type, known.alike or None
    sampled = _sampled_type(grounds, one)
    if kind is None and sampled is not None:
        kind, objects = facts.objects.types[sampled.number], sampled.growths[0]
        if kind.module != "builtins":
            # No engine says which objects the line made; of a class of its own these are.
            known = held.of_type(facts, sampled.number)
    growth_bytes, growth_blocks = one.growths
    if objects is not None:
        # The walk met what is there, not what came; midway it met a part.
        types = facts.objects.types
        came = [other.growths[0] for other in grounds.growing if types[other.number] == kind]
        most = came if known.midway else [objects, *came]
        objects = min([*most, growth_blocks] if growth_blocks > 0 else most) if most else None
    lived = _survival(grounds, one)
    holder = None if sampled is None else facts.refcounts.holders.get(sampled.number)
    cache = held.cache_of(known, grounds.caches)
    return Suspect(
        rank=0,
        verdict=_word(grounds, known, cache),
        confidence=_confidence(one) * (lived.factor if lived else 1.0),
        stack=stack,
        caller=caller(stack),
        type=kind,
        growth_bytes=growth_bytes,
        growth_blocks=growth_blocks,
        growth_objects=objects,
        bytes_per_s=theil_sen(grounds.sites.times_ns, one.columns[0]),
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


def _survival(grounds: Grounds, one: Growing) -> Survival | None:
    """Return how a growing site's blocks survive, None where that says nothing."""
    if _SITE_FIGURES[one.judged_on] != "blocks":
        # One block that grows is born anew each time.
        return None
    seen, past = grounds.sites, grounds.past
    if _kept_share(one) < _KEPT:
        # Of what the program let go of at its end, what survived until then is by chance.
        past = grounds.midway
    if past is None:
        return None
    end_ns = grounds.facts.snapshots[past.index].at_ns
    return survival(past, one.number, seen.warm_up_ns, end_ns)


def of_type(grounds: Grounds, one: Growing) -> Suspect:
    """Return the suspect for a growing type that belongs to no growing site."""
    facts = grounds.facts
    known = held.of_type(facts, one.number)
    cache = held.cache_of(known, grounds.caches)
    kind = facts.objects.types[one.number]
    return Suspect(
        rank=0,
        verdict=_word(grounds, known, cache),
        confidence=_confidence(one),
        stack=(),
        caller=None,
        type=kind,
        growth_bytes=None,
        growth_blocks=None,
        growth_objects=one.growths[0],
        bytes_per_s=None,
        objects_per_s=theil_sen(grounds.types.times_ns, one.columns[0]),
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


def _word(grounds: Grounds, known: Held, cache: CacheRow | None) -> str:
    """
    Return what growth is called that is *known* to be held so.

    A collector that is not kept off comes for garbage before it is a debt: what there is
    of it at the end was held until then.
    """
    if known.is_garbage and debt.is_kept_off(grounds.facts):
        return verdicts.CYCLIC_DEBT
    unbounded = cache is not None and cache.state == UNBOUNDED
    return verdicts.UNBOUNDED_CACHE if unbounded else verdicts.LEAK


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


def _sampled_type(grounds: Grounds, one: Growing) -> Growing | None:
    """Return the growing type whose samples came from the growing site, None if none did."""
    sampled = sampled_sites(grounds.facts)
    made = [other for other in grounds.growing if one.number in sampled.get(other.number, ())]
    return max(made, key=lambda other: (other.growths[0], -other.number), default=None)


def sampled_sites(facts: Facts) -> Mapping[int, set[int]]:
    """Return, for each type that was sampled, the sites its objects came from."""
    found: dict[int, set[int]] = {}
    for sample in facts.refcounts.samples:
        if sample.site_id is not None:
            found.setdefault(sample.type_id, set()).add(sample.site_id)
    return found
