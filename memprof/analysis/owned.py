"""Owned: what holds objects at the end, for comparison, and where that was not looked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from memprof.analysis.holdings import Holding, Holdings, Side, Subject
from memprof.analysis.objects import counts_at
from memprof.analysis.origins import caller
from memprof.analysis.paths import shape
from memprof.model.allocations import Frame
from memprof.model.owners import Owned

StackKey: TypeAlias = Callable[[tuple[Frame, ...]], object]
"""What a stack is called in both captures."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """Objects that were looked for: what they are, what holds them, and what nobody named holds."""

    subject: Subject
    holders: dict[str, int]
    rest: int


def owned(sides: tuple[Side, Side], keys: tuple[StackKey, StackKey]) -> tuple[Holdings, Holdings]:
    """
    Return what holds objects at the end of both *sides*: by type, or by site where no type grew.

    A count is None where owners of these objects were not looked for, or
    where the capture names others only.
    """
    by_type = any(side.facts.owners is not None and side.facts.owners.types for side in sides)
    looked = [
        dict(_types(side)) if by_type else dict(_sites(side, key))
        for side, key in zip(sides, keys, strict=True)
    ]
    alive = [_alive(side) for side in sides]
    found: tuple[dict[object, Holding], dict[object, Holding]] = ({}, {})
    for what in looked[0].keys() | looked[1].keys():
        known = [one[what] for one in looked if what in one]
        for path in {path for one in known for path in one.holders}:
            for place, one in enumerate(each.get(what) for each in looked):
                count = _count(one, path, gone=by_type and what not in alive[place])
                subject = replace((one or known[0]).subject, owner=path)
                found[place][what, path] = Holding(subject, None, count)
    return found


def _count(one: _Looked | None, path: str, *, gone: bool) -> int | None:
    """Return how many objects *path* holds, None where it is not known."""
    if one is None:
        return 0 if gone else None
    held = one.holders.get(path)
    if held is None:
        return 0 if one.rest <= 0 else None
    return held


def _alive(side: Side) -> set[object]:
    """Return the types of which there are objects at the end."""
    counts = counts_at(side.facts, side.moment.index)
    types = side.facts.objects.types
    return {types[number] for number, count in enumerate(counts) if count}


def _types(side: Side) -> Iterator[tuple[object, _Looked]]:
    """Yield what holds the objects of each type."""
    owners = side.facts.owners
    for number, all_of in (owners.types if owners else {}).items():
        kind = side.facts.objects.types[number]
        yield kind, _looked(Subject(type=kind), all_of)


def _sites(side: Side, key: StackKey) -> Iterator[tuple[object, _Looked]]:
    """Yield what holds the objects of each site."""
    owners = side.facts.owners
    for number, site in (owners.sites if owners else {}).items():
        stack = side.facts.allocations.sites[number]
        yield key(stack), _looked(Subject(stack=stack, caller=caller(stack)), site.owned)


def _looked(subject: Subject, all_of: Owned) -> _Looked:
    """Return *all_of* the objects of one *subject*, by the shapes of the paths that hold them."""
    holders: dict[str, int] = {}
    for words, held in all_of.owners:
        holders[shape(words)] = holders.get(shape(words), 0) + held
    rest = all_of.total - all_of.from_c - all_of.garbage - sum(holders.values())
    return _Looked(subject, holders, rest)
