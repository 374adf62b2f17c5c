"""
The floor: the least that was alive, which may rise where no line grows steadily.

What is replaced by something larger each time is there twice while that is made: no look
at its line is like the next, and no trend of it is steady.
"""

from dataclasses import dataclass
from itertools import pairwise

from memprof.analysis.judged import Judged
from memprof.analysis.origins import caller
from memprof.analysis.replay import states
from memprof.model.allocations import Frame
from memprof.model.facts import Facts

MIN_BYTES = 64 * 1024

_PARTS, _LOOKS_A_PART = 8, 2
"""
Parts of a run in each of which the least that was alive must be more than in the one before.

Of the 40,320 orders that eight have one rises throughout; of 172 captures without a steady line
four did, which are a leak.
"""

_MOST_LOOKS = 32


@dataclass(frozen=True, slots=True)
class Floor:
    """By how many bytes it rose, and the line whose own floor rose most, where that is known."""

    growth_bytes: int
    frame: Frame | None


def rising(facts: Facts, seen: Judged) -> Floor | None:
    """Return by how much the floor rose where it did in each part of what was *seen*, else None."""
    if len(seen.indices) < _LOOKS_A_PART:
        return None
    alive = [shot.live_bytes for shot in facts.snapshots[seen.indices[0] : seen.indices[-1] + 1]]
    known = [size for size in alive if size is not None]
    if len(known) < _PARTS * _LOOKS_A_PART:
        return None
    ends = [len(known) * part // _PARTS for part in range(_PARTS + 1)]
    floors = [min(known[begin:end]) for begin, end in pairwise(ends)]
    gained = floors[-1] - floors[0]
    if gained < MIN_BYTES or any(after <= before for before, after in pairwise(floors)):
        return None
    return Floor(gained, _line(facts, seen))


def _line(facts: Facts, seen: Judged) -> Frame | None:
    """Return the line whose floor rose most from the first half of the looks to the second."""
    looks = seen.indices[:: len(seen.indices) // _MOST_LOOKS + 1]
    half = len(looks) // 2
    stacks = facts.allocations.sites
    seen_bytes = [
        state[0] for state in states(facts.allocations.changes, 2, looks, size=len(stacks))
    ]
    before, after = (
        [min(sizes) for sizes in zip(*part, strict=True)]
        for part in (seen_bytes[:half], seen_bytes[half:])
    )
    gains = list(map(int.__sub__, after, before))
    most = max(range(len(stacks)), key=gains.__getitem__, default=None)
    if most is None or gains[most] <= 0 or not stacks[most]:
        return None
    return caller(stacks[most]) or stacks[most][0]
