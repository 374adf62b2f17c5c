"""Judged: the snapshots that a trend is told from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from memprof.analysis.origins import is_importing
from memprof.analysis.replay import series
from memprof.model.facts import Facts

MIN_SNAPSHOTS = 6
"""Fewer cannot pass the test for a trend at one chance in a hundred."""

MAX_SNAPSHOTS = 60
"""More say nothing new, and the tests compare every pair."""

WARM_UP = 0.2
"""Share of the run in which a program imports, connects and fills its caches."""

LONGEST_WARM_UP = 0.6
"""Share of the run after which modules that still come, in numbers, are no warm-up any more."""

BUSY = 0.25
"""Share of the time in which a program that does not mostly wait uses the processor."""

ENOUGH_LOOKS = 12
"""
With so many looks after warm-up the moments between them are not judged.

A moment is in the middle of what the program does: what a line is about to
replace is there beside what it is replaced by.
"""

LITTLE_IMPORTED, _LITTLE_SHARE = 16 * 1024, 0.02
"""Imports are over once they bring no more than this, or than this share of what is gained."""

COVERED = 0.5
"""Share of the run after its warm-up that must lie between the first and the last judged."""

WIND_DOWN = 0.02
"""
Share of the run, its last, in which threads end and functions let go.

That fall says nothing of the run before it.  Moments that the program marked
are judged all the same.
"""

LETTING_GO = 0.1
"""The same, as long as nothing grows any more: what lets go of a million objects takes its time."""

LATE = 0.9
"""
Share of the run after which modules that come say nothing of its warm-up.

From 3.13 on the interpreter imports what shows an exception that nobody caught.
"""

_ENDINGS = frozenset({"exit", "_exit", "exec", "abort"})


@dataclass(frozen=True, slots=True)
class WarmUp:
    """
    When the warm-up `ends_ns`, and what had been `imported` by each snapshot.

    That is in bytes where an engine says, and modules elsewhere.  `until_ns` is
    when modules begin to come again at the run's very end.
    """

    ends_ns: int
    imported: tuple[int, ...]
    until_ns: int


@dataclass(frozen=True, slots=True)
class Judged:
    """
    The snapshots that are judged, and their moments.

    `available` counts those after warm-up, of which `indices` is an even
    choice; `enough` says whether a trend can be told from them.  `last` is
    the latest snapshot of all, judged or not, None where there is none.

    `steps` is what a trend runs along: processor time, which stands still while
    the machine is busy, or time where the program mostly waits.  Where most
    snapshots are checkpoints these alone are judged, along their order: they
    are the program's own clock.
    The warm-up ended at `warm_up_ns`.  `imported` is what modules brought while
    it was judged, as `WarmUp` counts it, `dense` that moments between looks are among them,
    `partial` that they saw too little of what ran.
    """

    indices: tuple[int, ...]
    times_ns: tuple[int, ...]
    steps: tuple[int, ...]
    available: int
    last: int | None
    warm_up_ns: int
    imported: int = 0
    dense: bool = False
    partial: bool = False

    @property
    def span_ns(self) -> int:
        """Return the time from the first to the last."""
        return self.times_ns[-1] - self.times_ns[0] if self.times_ns else 0

    @property
    def enough(self) -> bool:
        """Say whether there are enough snapshots for an answer, of enough of the run."""
        return self.available >= MIN_SNAPSHOTS and not self.partial


def judged(facts: Facts, indices: Sequence[int], warm: WarmUp) -> Judged:
    """Choose among the snapshots *indices* those after the *warm* up and before the end."""
    snapshots = facts.snapshots
    kept = [
        index
        for index in indices
        if index > 0 and warm.ends_ns <= snapshots[index].at_ns <= warm.until_ns
    ]
    highest_ns = _lets_go_ns(facts)
    while len(kept) > MIN_SNAPSHOTS and _is_winding_down(facts, kept[-1], highest_ns):
        kept.pop()
    looks = looks_among(facts, kept)
    kept = looks if len(looks) >= ENOUGH_LOOKS else kept
    named = [index for index in kept if snapshots[index].name is not None]
    by_name = len(named) >= MIN_SNAPSHOTS and 2 * len(named) > len(looks)
    if by_name:
        kept = named
    chosen = tuple(_evenly(kept, MAX_SNAPSHOTS))
    times_ns = tuple(snapshots[index].at_ns for index in chosen)
    counts = warm.imported
    seen_ns = times_ns[-1] - times_ns[0] if times_ns else 0
    return Judged(
        indices=chosen,
        times_ns=times_ns,
        steps=tuple(range(len(chosen))) if by_name else _steps(facts, chosen),
        available=len(kept),
        last=indices[-1] if indices else None,
        warm_up_ns=warm.ends_ns,
        imported=max(counts[chosen[-1]] - counts[chosen[0]], 0) if chosen and counts else 0,
        dense=len(looks_among(facts, chosen)) < len(chosen),
        partial=not by_name and seen_ns < COVERED * (_lasted_ns(facts) - warm.ends_ns),
    )


def _steps(facts: Facts, chosen: Sequence[int]) -> tuple[int, ...]:
    """Return the processor time at the *chosen* snapshots, or the time if little was used."""
    times_ns = tuple(facts.snapshots[index].at_ns for index in chosen)
    cpu_ns = tuple(used for index in chosen if (used := facts.snapshots[index].cpu_ns) is not None)
    if not chosen or len(cpu_ns) < len(chosen):
        return times_ns
    busy = cpu_ns[-1] - cpu_ns[0] >= BUSY * (times_ns[-1] - times_ns[0])
    return cpu_ns if busy and sorted(cpu_ns) == list(cpu_ns) else times_ns


def looks_among(facts: Facts, indices: Sequence[int]) -> list[int]:
    """Return those of *indices* at which the agent looked: of moments only blocks are known."""
    return [index for index in indices if facts.snapshots[index].allocated_blocks is not None]


def warm_up(facts: Facts) -> WarmUp:
    """
    Return the warm-up of a run: a share of it, and until imports bring next to nothing.

    Where only modules are counted, until no more come, but not for ever.
    """
    lasted_ns = _lasted_ns(facts)
    counts, in_bytes = _imported(facts)
    ends_ns = least_ns = lasted_ns * WARM_UP
    until_ns = facts.snapshots[-1].at_ns if facts.snapshots else 0
    early = [snapshot for snapshot in facts.snapshots if snapshot.at_ns <= LATE * lasted_ns]
    if counts and early:
        most = _highest_after(counts[: len(early)])
        live = [snapshot.live_bytes or 0 for snapshot in early]
        little = 0.0
        for index, (snapshot, highest) in enumerate(zip(early, _highest_after(live), strict=True)):
            ends_ns = max(snapshot.at_ns, least_ns)
            if in_bytes:
                little = max(LITTLE_IMPORTED, _LITTLE_SHARE * (highest - live[index]))
            if index and most[index] - counts[index] <= little:
                if index < len(early) - 1:
                    until_ns = _comes_again_ns(facts, counts, len(early), most[-1] + little)
                break
        if not in_bytes:
            ends_ns = min(ends_ns, lasted_ns * LONGEST_WARM_UP)
    return WarmUp(int(ends_ns), tuple(counts), until_ns)


def _comes_again_ns(facts: Facts, counts: Sequence[int], late: int, most: float) -> int:
    """Return when the last of the snapshots up to *late* was, and of those with at most *most*."""
    few = list(takewhile(lambda count: count <= most, counts[late:]))
    return facts.snapshots[late + len(few) - 1].at_ns


def _highest_after(values: Sequence[int]) -> list[int]:
    """Return the highest of each of *values* and those that follow it."""
    return list(accumulate(reversed(values), max))[::-1]


def _lasted_ns(facts: Facts) -> int:
    """Return how long the program ran; what memprof does at its end is not it."""
    last = facts.snapshots[-1] if facts.snapshots else None
    ended = last is not None and last.reason in _ENDINGS
    return last.at_ns if last is not None and ended else facts.run.duration_ns


def _lets_go_ns(facts: Facts) -> int:
    """Return from when on blocks only went, the end of the run where none did."""
    highest, at_ns = None, _lasted_ns(facts)
    for snapshot in reversed(facts.snapshots):
        if snapshot.live_blocks is None or snapshot.live_blocks < (highest or 0):
            break
        if highest is not None and snapshot.live_blocks > highest:
            at_ns = snapshot.at_ns
        highest = snapshot.live_blocks
    return at_ns


def _is_winding_down(facts: Facts, index: int, highest_ns: int) -> bool:
    """
    Say whether snapshot *index* saw the end of the run; one that is killed has none.

    After *highest_ns* blocks only went.
    """
    snapshot, last = facts.snapshots[index], facts.snapshots[-1]
    lasted_ns = _lasted_ns(facts)
    begins_ns = min((1 - WIND_DOWN) * lasted_ns, max((1 - LETTING_GO) * lasted_ns, highest_ns))
    late = snapshot.at_ns > begins_ns
    ending = snapshot.reason in _ENDINGS
    return ending or (late and snapshot.name is None and last.reason in _ENDINGS)


def _imported(facts: Facts) -> tuple[list[int], bool]:
    """
    Return what had been imported by each snapshot, and whether it is told in bytes.

    The bytes are those that the import system's lines hold: code, above all.
    Else it is the number of modules.
    """
    every = range(len(facts.snapshots))
    sites = [number for number, stack in enumerate(facts.allocations.sites) if is_importing(stack)]
    if sites and any(facts.allocations.changes):
        columns = series(facts.allocations.changes, 2, every, sites)[0]
        return list(map(sum, zip(*columns, strict=True))), True
    types, changes = facts.objects.types, facts.objects.changes
    numbers = [
        number
        for number, kind in enumerate(types)
        if (kind.module, kind.qualname) == ("builtins", "module")
    ]
    if not numbers or not any(changes):
        return [], False
    # One in any run; what was tampered with may have more.
    columns = series(changes, 1, every, numbers)[0]
    return list(map(sum, zip(*columns, strict=True))), False


def _evenly(indices: Sequence[int], most: int) -> list[int]:
    """Return at most *most* of *indices*, evenly spread, both ends kept."""
    if len(indices) <= most:
        return list(indices)
    last = len(indices) - 1
    return [indices[round(step * last / (most - 1))] for step in range(most)]
