"""
Figures of a run of several processes: of the one that has the most.

No process may pass a limit, so the largest figure of any decides; nothing is
summed.  That a child was killed, or too short for a figure, is no gap in what is
known: hundreds come and go in an honest run.
"""

from dataclasses import replace

from memprof.analysis.findings import Findings
from memprof.analysis.member import Member
from memprof.analysis.speed import Speed
from memprof.gate import budget, figures
from memprof.gate.figures import Figure, Gap, Lone, unseen
from memprof.gate.limit import Limit

_HONEST = frozenset({"torn", "few-snapshots", "not-measured", "engine-off", "collections-missed"})
"""Gaps that a child may have without anybody being at fault."""


def figure(findings: Findings, limit: Limit, counted: int) -> Figure:
    """Return what *findings* say of *limit*; *counted* are the suspects that count."""
    best = figures.figure(findings, limit, counted)
    if findings.processes is None:
        return best
    if limit.name == budget.MAX_SUSPECTS:
        return best if best.gap else replace(best, gap=unseen_children(findings))
    root, *children = (row.member for row in findings.processes.rows)
    best = replace(best, process=root.who.pid)
    for child in children:
        found = _of(child, limit)
        gap, sure = best.gap or found.gap, max(best.sure or 0, found.sure or 0)
        if found.value is not None and (best.value is None or found.value > best.value):
            best = replace(found, process=child.who.pid)
        # One may be larger, and another surer.
        least = sure if sure > (best.sure or 0) else best.least
        best = replace(best, gap=gap, least=least)
    return best


def unseen_children(findings: Findings) -> Gap | None:
    """Return why a child may have suspects that nobody saw, None where all is well."""
    rows = () if findings.processes is None else findings.processes.rows[1:]
    lones = [lone for row in rows if (lone := _lone(row.member)) is not None]
    # As far as it lived: its verdict is on that, and may be the run's.
    gaps = [unseen(replace(one, run=replace(one.run, complete=True))) for one in lones]
    return next((gap for gap in gaps if gap is not None and gap.kind not in _HONEST), None)


def speed(findings: Findings, found: Figure) -> Speed:
    """Return how fast memory grew in the process that a figure was *found* in."""
    rows = () if findings.processes is None else findings.processes.rows
    speeds = [row.member.speed for row in rows if row.member.who.pid == found.process]
    known = [one for one in speeds if one is not None and one.per_min == found.value]
    return known[0] if known else findings.speed


def _of(child: Member, limit: Limit) -> Figure:
    """Return the figure of a *child*."""
    lone = _lone(child)
    if lone is not None:
        found = figures.figure(lone, limit, 0)
        return replace(found, gap=None) if found.gap and found.gap.kind in _HONEST else found
    if limit.name == budget.MAX_RSS and child.process is not None:
        return Figure(child.process.rss_peak_bytes)
    return Figure(None)


def _lone(child: Member) -> Lone | None:
    """Return a *child* as what a limit is held against, None where it was but glimpsed."""
    if child.run is None or child.process is None or child.suspects is None:
        return None
    if child.speed is None or child.generations is None:
        return None
    return Lone(child.run, child.process, child.suspects, child.speed, child.generations)
