"""
Room: what grew, and takes places that were there before.

A table made with all its entries, a field that each of a fixed number of objects gets in
time: what holds the new has as many places as midway, and can hold no more than these.
What leaks has to be held by more, or by something larger, each time.
"""

from memprof.analysis.held import Held
from memprof.analysis.paths import steps

_FEW = 50
_SAME = 0.1
"""By how much of what came the places may differ, and a share from another, and be the same."""

_MOST = 0.8
"""What holds less than this share of what is there does not explain it."""


def fills(held: Held) -> bool:
    """Say whether what is *held* came into places that its holders had midway, too."""
    if held.earlier is None or not held.owners:
        return False
    objects = held.owners[0][1]
    came = objects - held.earlier.objects
    if came < _FEW or objects < _MOST * held.total or not objects <= held.room:
        return False
    return abs(held.room - held.earlier.room) <= _SAME * came


def hangs_on(held: Held, other: Held) -> bool:
    """Say whether what is *held* is held by what is held as *other*, and each has as much of it."""
    if held.earlier is None or other.earlier is None or held.owner is None or other.owner is None:
        return False
    mine, theirs = steps(held.owner), steps(other.owner)
    if len(mine) == len(theirs) or mine[: len(theirs)] != theirs:
        return False
    objects, before = held.owners[0][1], held.earlier.objects
    others, others_before = other.owners[0][1], other.earlier.objects
    expected = before * others / others_before if others_before else 0.0
    return abs(objects - expected) <= _SAME * objects
