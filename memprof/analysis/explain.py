"""Explain: one suspect whole, with what to try about it."""

from dataclasses import dataclass

from memprof.analysis import debt, objects, refcounts, resources
from memprof.analysis.advice import advise
from memprof.analysis.case import Advice, Case
from memprof.analysis.history import latest
from memprof.analysis.refcounts import SampleRow
from memprof.analysis.suspect import Suspect
from memprof.analysis.suspects import SuspectTable
from memprof.model.facts import Facts

_PER_SECOND = 1e9

COUNTED = "counted"
GONE = "gone"
UNSEEN_END = "unseen end"
NOT_LOOKED_FOR = "not looked for"
UNFINISHED = "unfinished"
NOT_MET = "not met"

_ORDERLY = frozenset({"exit", "_exit"})
_NO_OBJECTS = frozenset({"descriptors", "native bytes", "threads"})


@dataclass(frozen=True, slots=True)
class Epoch:
    """
    A part of the run: of the blocks born in it `live_blocks` were alive at the end.

    `per_s` is that by its length.
    """

    since_ns: int
    until_ns: int
    live_blocks: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    All that is known of `suspect`, one of `of` suspects.

    `times_ns` are the moments of its series, empty where that has none;
    `epochs` of its site, oldest first, those that began before `warm_up_ns`
    included; `samples` are the objects of its type that were watched.  `unknown` is
    why it would not be known who holds it, were there no owner: COUNTED (a figure of
    the system's, no objects), GONE by the end, UNSEEN_END (of what does not end in order
    nobody looks), NOT_LOOKED_FOR, UNFINISHED (the search ended before it met all)
    or NOT_MET (no Python object led to it).
    """

    suspect: Suspect
    of: int
    times_ns: tuple[int, ...]
    warm_up_ns: int
    epochs: tuple[Epoch, ...]
    samples: tuple[SampleRow, ...]
    advice: tuple[Advice, ...]
    unknown: str = NOT_LOOKED_FOR


def explain(facts: Facts, found: SuspectTable, row: Suspect) -> Explanation:
    """Return all that *facts* say of *row*, one of the suspects that were *found*."""
    samples = refcounts.analyse(facts).samples
    collector, types = debt.analyse(facts).collector, objects.analyse(facts).rows
    return Explanation(
        suspect=row,
        of=len(found.rows),
        times_ns=_times_ns(facts, found, row),
        warm_up_ns=found.warm_up.ends_ns,
        epochs=_epochs(facts, found, row),
        samples=tuple(one for one in samples if row.type is not None and one.type == row.type),
        advice=advise(Case(row, found.rows, collector, types)),
        unknown=_unknown(facts, row),
    )


def _unknown(facts: Facts, row: Suspect) -> str:
    """Return why it would not be known what holds *row*."""
    if row.judged_on in _NO_OBJECTS:
        return COUNTED
    owners, sites, types = facts.owners, facts.allocations.sites, facts.objects.types
    if owners is None and facts.run.ending.reason not in _ORDERLY:
        return UNSEEN_END
    if row.is_gone or row.held.midway:
        return GONE
    if owners is None:
        return NOT_LOOKED_FOR
    if row.stack:
        asked = any(sites[number] == row.stack for number in owners.sites)
    else:
        asked = any(types[number] == row.type for number in owners.types)
    if asked:
        return NOT_MET if owners.complete else UNFINISHED
    return NOT_LOOKED_FOR


def _times_ns(facts: Facts, found: SuspectTable, row: Suspect) -> tuple[int, ...]:
    """Return the moments of the values of *row*'s series."""
    seen = found.seen
    if row.judged_on == "descriptors":
        rising = resources.descriptors(facts, seen)
        times_ns = rising.times_ns if rising else ()
    elif row.judged_on == "objects":
        times_ns = found.types.times_ns
    else:
        times_ns = seen.times_ns
    return times_ns if len(times_ns) == len(row.series) else ()


def _epochs(facts: Facts, found: SuspectTable, row: Suspect) -> tuple[Epoch, ...]:
    """Return the epochs in which live blocks of *row*'s site were born."""
    history = latest(facts)
    judged_site = row.stack in facts.allocations.sites and row.survival is not None
    if history is None or history.births is None or not judged_site:
        return ()
    site, last = facts.allocations.sites.index(row.stack), facts.snapshots[found.sites.last or 0]
    starts = (*history.starts_ns, max(last.at_ns, history.starts_ns[-1] + 1))
    return tuple(
        Epoch(since, until, column[site], column[site] * _PER_SECOND / (until - since))
        for column, since, until in zip(history.births, starts, starts[1:], strict=False)
        if until > since and site < len(column)
    )
