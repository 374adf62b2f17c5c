"""
Merged: the suspects of all processes of a tree in one list, the surest first.

Each process was judged by itself.  What one line leaks in four workers is one
suspect that was found in four.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from memprof.analysis import verdicts
from memprof.analysis.case import Advice, Saving
from memprof.analysis.judged import MIN_SNAPSHOTS
from memprof.analysis.member import Key, Member
from memprof.analysis.suspect import Found, Suspect
from memprof.analysis.suspects import SuspectTable, ranked, with_verdict

Advices = dict[int, tuple[Advice, ...]]
"""What to try about each suspect, by its rank."""

_Number = TypeVar("_Number", int, float)
_Case = tuple[Member, Suspect]

_SEVERITY = (
    verdicts.INCONCLUSIVE,
    verdicts.FRAGMENTATION,
    verdicts.SATURATING,
    verdicts.CLEAN,
)
"""Verdicts without a suspect, the worst first."""


def rows(members: Sequence[Member]) -> tuple[Suspect, ...]:
    """
    Return the suspects of all *members*, those of one line and verdict as one.

    Without a line it is the type, the figure of the process, or the object that lost
    references.  What most objects of a
    line are may differ from worker to worker, and is not known of one that was killed.
    """
    groups: dict[tuple[object, ...], list[_Case]] = {}
    for member in members:
        for row in () if member.suspects is None else member.suspects.rows:
            # A line is judged on bytes or on blocks, whatever shows more.
            name = row.lost and row.lost.name
            kind = (row.verdict, row.stack or (row.type, row.judged_on, name))
            groups.setdefault(kind, []).append((member, row))
    return ranked([_one(sorted(cases, key=_strength), members) for cases in groups.values()])


def table(members: Sequence[Member], found: tuple[Suspect, ...]) -> SuspectTable:
    """
    Return the table of *members*, of which the suspects *found* count.

    The verdict is that of one process, and so is what is said of snapshots: of that
    with the first suspect, else of the one with the worst.
    """
    told = [(one, one.suspects) for one in members if one.suspects is not None]
    if found:
        key = found[0].found_in[0].key
        speaker, said = next(case for case in told if case[0].key == key)
    else:
        speaker, said = min((case for case in told if _speaks(*case)), key=_severity)
    bounded = dict.fromkeys(holder for _, one in told for holder in one.bounded)
    made = replace(
        said,
        rows=found,
        suppressed=sum(one.suppressed for _, one in told),
        bounded=tuple(bounded),
        levelling=sum(one.levelling for _, one in told),
        process=speaker.who.pid,
    )
    return with_verdict(made)


def advices(members: Sequence[Member], found: Sequence[Suspect]) -> Advices:
    """Return what to try about each suspect *found*, with what all its processes would save."""
    ranks = {(one.key, one.rank): row.rank for row in found for one in row.found_in}
    by_key = {one.key: one for one in members}
    made: Advices = {}
    for row in found:
        told = [(one.key, by_key[one.key].advice[one.rank - 1]) for one in row.found_in]
        made[row.rank] = tuple(_together(advice, told, ranks, row.rank) for advice in told[0][1])
    return made


def _speaks(member: Member, said: SuspectTable) -> bool:
    """
    Say whether the verdict on *member* may be the run's.

    That of a child too short to be judged is none: hundreds come and go in an honest run.
    """
    return member.is_root or said.looks.available >= MIN_SNAPSHOTS


def _severity(case: tuple[Member, SuspectTable]) -> int:
    """Return how bad the verdict on a process is, whose suspects do not count."""
    return _SEVERITY.index(with_verdict(replace(case[1], rows=())).verdict)


def _one(cases: Sequence[_Case], members: Sequence[Member]) -> Suspect:
    """Return *cases* as one suspect, the surest speaking for all."""
    every = [row for _, row in cases]
    types = {row.type for row in every if row.type is not None}
    kinds = {(member.who.role, member.who.command) for member, _ in cases}
    alike = [one for one in members if (one.who.role, one.who.command) in kinds and one.judged]
    return replace(
        every[0],
        confidence=max(row.confidence for row in every),
        type=next((row.type for row in every if row.type is not None), None),
        growth_bytes=_sum(row.growth_bytes for row in every),
        growth_blocks=_sum(row.growth_blocks for row in every),
        growth_objects=_sum(row.growth_objects for row in every) if len(types) < 2 else None,
        bytes_per_s=_sum(row.bytes_per_s for row in every),
        objects_per_s=_sum(row.objects_per_s for row in every),
        found_in=tuple(
            Found(
                key=member.key,
                role=member.who.role,
                rank=row.rank,
                growth_bytes=row.growth_bytes,
                growth_blocks=row.growth_blocks,
                growth_objects=row.growth_objects,
            )
            for member, row in cases
        ),
        among=max(len(alike), len(cases)),
    )


def _strength(case: _Case) -> tuple[float, bool, int, int, int, int]:
    """Return what the suspects of one line sort by: the surest first."""
    (pid, clock_ns), row = case[0].key, case[1]
    growth = row.growth_bytes if row.growth_bytes is not None else row.growth_objects or 0
    # A hundredth more or less is nothing that one is surer by.
    return -round(row.confidence, 2), row.type is None, -growth, clock_ns, pid, row.rank


def _together(
    advice: Advice,
    told: Sequence[tuple[Key, Sequence[Advice]]],
    ranks: dict[tuple[Key, int], int],
    rank: int,
) -> Advice:
    """Return an *advice* about suspect *rank* with what all who were *told* the same would save."""
    known = [
        (key, one.saving)
        for key, every in told
        for one in every
        if (one.kind, one.names) == (advice.kind, advice.names) and one.saving is not None
    ]
    if not known:
        return advice
    others = {ranks.get((key, other), rank) for key, one in known for other in one.with_ranks}
    saving = Saving(
        size_bytes=_sum(one.size_bytes for _, one in known),
        bytes_per_s=_sum(one.bytes_per_s for _, one in known),
        objects=_sum(one.objects for _, one in known),
        with_ranks=tuple(sorted(others - {rank})),
        estimated=any(one.estimated for _, one in known),
    )
    return replace(advice, saving=saving)


def _sum(values: Iterable[_Number | None]) -> _Number | None:
    """Return the sum of *values*, None where one of them is not known."""
    every = list(values)
    known = [value for value in every if value is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(every) else None
