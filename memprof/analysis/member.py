"""Members: what each process of a tree came to, small enough to keep of hundreds."""

from dataclasses import dataclass, replace

from memprof.analysis import debt, generations, objects, process, run, speed, suspects
from memprof.analysis.advice import advise
from memprof.analysis.case import Advice, Case
from memprof.analysis.findings import Findings
from memprof.analysis.generations import GenerationTable
from memprof.analysis.process import ProcessSummary
from memprof.analysis.run import RunSummary
from memprof.analysis.speed import Speed
from memprof.analysis.suspects import SuspectTable
from memprof.model.facts import Facts
from memprof.model.tree import ROOT, Process

Key = tuple[int, int]
"""What tells a process from every other: its pid, and the clock when its agent began."""


@dataclass(frozen=True, slots=True)
class Weight:
    """
    What a process was seen to weigh, look by look: (clock, bytes).

    That is PSS where it is `exact`, which adds up over processes; else USS, which
    leaves out what they share.
    """

    looks: tuple[tuple[int, int], ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Member:
    """
    One process and what it came to; `who` it is has no facts any more.

    `run` and `process` are None where it has no snapshot, `suspects`, `speed` and
    `generations` where there is but one, at its end.  `advice` is for each of its
    suspects, in their order.
    """

    who: Process
    run: RunSummary | None = None
    process: ProcessSummary | None = None
    suspects: SuspectTable | None = None
    speed: Speed | None = None
    generations: GenerationTable | None = None
    advice: tuple[tuple[Advice, ...], ...] = ()
    weight: Weight = Weight((), exact=False)

    @property
    def key(self) -> Key:
        """Return what tells it from every other."""
        return self.who.pid, self.who.clock_ns

    @property
    def is_root(self) -> bool:
        """Say whether it is the process that was started."""
        return self.who.role == ROOT

    @property
    def judged(self) -> bool:
        """Say whether there was enough of it to be judged."""
        return self.suspects is not None and self.suspects.looks.enough

    @property
    def last_clock_ns(self) -> int:
        """Return when it was last heard of."""
        return self.who.clock_ns + (0 if self.run is None else self.run.duration_ns)


def of_root(who: Process, facts: Facts, found: Findings) -> Member:
    """Return the root, whose *facts* mean what was *found*."""
    rows, collector = found.suspects.rows, found.debt.collector
    return Member(
        who=replace(who, facts=None),
        run=found.run,
        process=found.process,
        suspects=found.suspects,
        speed=found.speed,
        generations=found.generations,
        advice=tuple(advise(Case(row, rows, collector, found.types.rows)) for row in rows),
        weight=_weight(who, facts),
    )


def of_child(child: Process) -> Member:
    """Return what a *child* came to."""
    facts, who = child.facts, replace(child, facts=None)
    if facts is None:
        return Member(who)
    seen = Member(
        who=who,
        run=run.summarise(facts),
        process=process.summarise(facts),
        weight=_weight(child, facts),
    )
    if child.brief:
        return seen
    found = suspects.analyse(facts)
    return replace(
        seen,
        suspects=found,
        speed=speed.analyse(facts, found.warm_up),
        generations=generations.analyse(facts),
        advice=_advice(facts, found),
    )


def _advice(facts: Facts, found: SuspectTable) -> tuple[tuple[Advice, ...], ...]:
    """Return what to try about each of the suspects *found*."""
    if not found.rows:
        return ()
    collector, types = debt.analyse(facts).collector, objects.analyse(facts).rows
    return tuple(advise(Case(row, found.rows, collector, types)) for row in found.rows)


def _weight(who: Process, facts: Facts) -> Weight:
    """Return what a process weighed, look by look."""
    known = process.looks(facts)
    exact = [(who.clock_ns + look.at_ns, look.pss_bytes) for look in known if look.pss_bytes]
    least = [(who.clock_ns + look.at_ns, look.uss_bytes) for look in known if look.uss_bytes]
    return Weight(tuple(exact or least), exact=bool(exact))
