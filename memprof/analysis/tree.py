"""
Tree: everything that the processes of one run mean, each looked at and let go.

Facts of hundreds of children need not be there at once: what is kept of each is
what it came to and what is summed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from memprof.analysis import findings, merged, processes, suppressions
from memprof.analysis.explain import Explanation, explain
from memprof.analysis.findings import Findings
from memprof.analysis.member import Member, of_child, of_root
from memprof.analysis.processes import ProcessTable
from memprof.analysis.shares import Sums
from memprof.analysis.suppression import NO_RULES, Rules
from memprof.analysis.suspect import Suspect
from memprof.analysis.suspects import SuspectTable
from memprof.analysis.suspects import analyse as judge
from memprof.model.facts import Facts
from memprof.model.tree import FORK, ROOT, SPAWN, Counted, Process

_BEGINNING = "start"
"""Why the first snapshot of an interpreter is taken; a fork is no beginning."""


@dataclass(slots=True)
class _Kept:
    """What is kept of the processes so far."""

    root: Findings | None = None
    members: list[Member] = field(default_factory=list)
    more: list[Counted] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)

    def take(self, one: Process | Counted) -> None:
        """Keep what *one* comes to."""
        if isinstance(one, Counted):
            self.more.append(one)
            return
        key = one.pid, one.clock_ns
        if one.role == ROOT and one.facts is not None:
            self.root = findings.analyse(one.facts)
            self.members.append(of_root(one, one.facts, self.root))
            self.sums.add(key, one.facts, inherits=False)
            return
        self.members.append(of_child(one))
        facts = None if one.brief else one.facts
        self.sums.add(key, facts, inherits=facts is not None and _inherits(one, facts))


def analyse(found: Iterable[Process | Counted], rules: Rules = NO_RULES) -> Findings:
    """
    Return what all processes *found* mean under *rules*; the root must be among them.

    One process alone means what `findings.analyse` says.  Of several the
    suspects and `processes` are of all of them, the rest of the root.
    """
    kept = _Kept()
    for one in found:
        kept.take(one)
        del one  # or it would be there until the next one is
    root = kept.root
    assert root is not None  # noqa: S101  (whoever reads a tree reads its root, or fails)
    if len(kept.members) == 1 and not kept.more:
        return replace(root, suspects=suppressions.apply(root.suspects, rules))
    # No two have one key but where somebody forged a capture; the root stays.
    alone = {one.key: one for one in sorted(kept.members, key=lambda one: one.is_root)}
    members = sorted(alone.values(), key=lambda m: (not m.is_root, m.who.clock_ns, m.who.pid))
    table = suppressions.apply(merged.table(members, merged.rows(members)), rules)
    if table.applied.used:
        table = replace(merged.table(members, table.rows), applied=table.applied)
    return replace(
        root,
        suspects=table,
        processes=ProcessTable(
            rows=processes.rows(members, table),
            more=processes.counted(kept.more),
            together=processes.together(members, whole=not kept.more),
            sites=kept.sums.table(),
            advice=merged.advices(members, table.rows),
        ),
    )


def _inherits(child: Process, facts: Facts) -> bool:
    """Say whether a *child* began with blocks of its parent: a fork, be it multiprocessing's."""
    forked = child.role == SPAWN and facts.snapshots[0].reason != _BEGINNING
    return child.role == FORK or forked


def explained(facts: Facts, found: SuspectTable, row: Suspect) -> Explanation:
    """
    Return all about *row*, one of those *found* in a tree.

    The *facts* are those of the first process it was found in, which speaks for the
    others; suspects go by the ranks they have in the tree.
    """
    key = row.found_in[0].key
    ranks = {one.rank: each.rank for each in found.rows for one in each.found_in if one.key == key}
    own = judge(facts)
    rows = tuple(replace(each, rank=ranks[each.rank]) for each in own.rows if each.rank in ranks)
    mine = next(each for each in rows if each.rank == row.rank)
    mine = replace(mine, found_in=row.found_in, among=row.among)
    rows = tuple(mine if each.rank == row.rank else each for each in rows)
    return replace(explain(facts, replace(own, rows=rows), mine), of=len(found.rows))
