"""
Lost references: taken by C code that forgot them, so that nobody can give them back.

They are no guess: each was counted, and no pointer to the object was found for it.
What was lost by the time the program was warm is not held against it.
"""

from dataclasses import replace

from memprof.analysis import verdicts
from memprof.analysis.judged import WarmUp
from memprof.analysis.suspect import Suspect, of_references
from memprof.model.facts import Facts
from memprof.model.refcounts import LostReferences

LEAST = 1000
"""References that must be lost after the warm-up, and by how many the count must have grown."""

_NS_PER_S = 1_000_000_000


def rows(facts: Facts, warm: WarmUp) -> list[Suspect]:
    """Return a suspect for each object that lost references after the warm-up."""
    found = [(one, _lost(one, warm)) for one in facts.refcounts.lost]
    return [_suspect(facts, one, lost, warm) for one, lost in found if lost >= LEAST]


def _lost(one: LostReferences, warm: WarmUp) -> int:
    """Return how many references *one* lost since the program was *warm*, 0 if nobody looked."""
    before = [references for at_ns, references in one.looks if at_ns <= warm.ends_ns]
    if not before:
        return 0
    # Fewer than a thousand are not told apart.
    gained = one.references - (before[-1] or LEAST)
    return max(min(gained, one.references - one.pointers), 0)


def _suspect(facts: Facts, one: LostReferences, lost: int, warm: WarmUp) -> Suspect:
    """Return the suspect for what *one* lost."""
    kind = facts.objects.types[one.type_id]
    # Where it was seen when warm, and at the end of the run.
    began_ns = max(at_ns for at_ns, _ in one.looks if at_ns <= warm.ends_ns)
    span_ns = facts.snapshots[-1].at_ns - began_ns
    later = [references for at_ns, references in one.looks if at_ns >= began_ns]
    speed = lost * _NS_PER_S / span_ns if span_ns > 0 else None
    row = of_references(verdicts.LEAK, lost, one, kind, (*later, one.references))
    return replace(row, objects_per_s=speed)
