"""Moments: the end, the peak or a checkpoint of a run, and what the capture says until then."""

from dataclasses import dataclass, replace

from memprof.analysis.run import traced_snapshots
from memprof.model.facts import Facts

END = "end"
PEAK = "peak"


@dataclass(frozen=True, slots=True)
class Moment:
    """
    A snapshot by its `index`; `word` is what the user calls it.

    `alike` is how many checkpoints have that name, of which this is the last.
    """

    word: str
    index: int
    at_ns: int
    alike: int = 1


def names(facts: Facts) -> tuple[str, ...]:
    """Return the names of the checkpoints there are, in order, each once."""
    return tuple(dict.fromkeys(one.name for one in facts.snapshots if one.name is not None))


def find(facts: Facts, word: str) -> Moment | None:
    """
    Return the moment that *word* names, None where there is none.

    `end` is the last snapshot and `peak` the one with most live bytes,
    whatever checkpoints are called; any other word is a checkpoint's name.
    """
    snapshots = facts.snapshots
    if word == END:
        found = [len(snapshots) - 1]
    elif word == PEAK:
        traced = traced_snapshots(facts)
        found = sorted(traced, key=lambda index: (snapshots[index].live_bytes or 0, -index))[-1:]
    else:
        found = [one.number for one in snapshots if one.name == word]
    if not found or not snapshots:
        return None
    return Moment(word, found[-1], snapshots[found[-1]].at_ns, len(found))


def until(facts: Facts, index: int) -> Facts:
    """
    Return *facts* as a capture would have them that ends with snapshot *index*.

    What is looked for at the end of a run only is not known before.
    """
    number = index + 1
    if number >= len(facts.snapshots):
        return facts
    at_ns, objects, gc = facts.snapshots[index].at_ns, facts.objects, facts.generations
    notable = tuple(one for one in gc.notable if one.at_ns <= at_ns)
    passes = tuple(one for one in facts.cycles.passes if one.at_ns <= at_ns)
    events = tuple(one for one in facts.run.events if one.at_ns <= at_ns)
    return replace(
        facts,
        run=replace(facts.run, duration_ns=at_ns, events=events),
        snapshots=facts.snapshots[:number],
        resident=tuple(look for look in facts.resident if look.at_ns <= at_ns),
        allocations=replace(facts.allocations, changes=facts.allocations.changes[:number]),
        history=facts.history[:number],
        objects=replace(
            objects,
            changes=objects.changes[:number],
            untracked=objects.untracked[:number],
            shallow_bytes={},
        ),
        generations=replace(gc, intervals=gc.intervals[:number], stats=(), notable=notable),
        cycles=replace(facts.cycles, passes=passes, garbage={}),
        pools=facts.pools[:number],
        refcounts=replace(
            facts.refcounts, classes=facts.refcounts.classes[:number], samples=(), holders={}
        ),
        debt=None,
        caches=None,
        owners=None,
        owners_midway=None,
        running=facts.running[:number],
    )
