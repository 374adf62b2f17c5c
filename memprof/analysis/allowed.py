"""Allowed: what a test may keep of each call by its author's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from memprof.analysis import verdicts
from memprof.analysis.rounds import Growth
from memprof.model.rounds import Birthplace

_NEVER = frozenset({verdicts.THREADS, verdicts.DESCRIPTORS})
"""What nobody allows by a number of objects."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """So many of `what`, OBJECTS or BLOCKS, of each call."""

    per_call: float
    what: str


def exceeds(found: Growth, allowed: Allowed, ignored: Sequence[str] = ()) -> bool:
    """
    Say whether what was *found* to grow is more than *allowed*.

    What one of the patterns *ignored* matches does not count, if it is all that grew.
    """
    if not found.accuses:
        return False
    if found.verdict in _NEVER:
        return True
    if ignored and _is_ignored(found, ignored):
        return False
    if not allowed.per_call:
        return True
    grown = [one.per_call for one in found.strengths if one.figure.what == allowed.what]
    # What grows otherwise is not what was allowed.
    return not grown or sum(grown) > allowed.per_call * (1 + 1e-9)


def _is_ignored(found: Growth, patterns: Sequence[str]) -> bool:
    """Say whether the patterns match every place that allocated what stays, and there is one."""
    traced = found.facts.traced
    if traced is None or not traced.places:
        return False
    return all(any(_matches(place, one) for one in patterns) for place in traced.places)


def _matches(place: Birthplace, pattern: str) -> bool:
    """Say whether *pattern* is the type of what is allocated there, or a file or function above."""
    names = []
    if place.type is not None:
        names = [place.type.qualname, f"{place.type.module}.{place.type.qualname}"]
    for frame in place.stack:
        names += [frame.file, frame.function or "", f"{frame.file}:{frame.function}"]
    return any(fnmatchcase(name, pattern) for name in names)
