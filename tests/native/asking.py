"""Inside a program: who owns the objects of a class, by the walk in C or in Python."""

from collections.abc import Iterable
from time import perf_counter_ns

from memprof.agent import owners, survey, walking

Row = tuple[int, int, int, list[tuple[str, int]], int]
"""Wanted objects, of which held from C, of which garbage, (owner, held), and room for so many."""

_numbers: dict[str, int] = {}
IN_C = owners._in_c  # noqa: SLF001  (the tests choose)


def number_of(cls: type) -> int:
    """Return the number of the name of *cls*."""
    return _numbers.setdefault(f"{cls.__module__}.{cls.__qualname__}", len(_numbers))


def ask(
    cls: type, *, in_c: bool = True, at: Iterable[int] | None = None, seconds: float = 60
) -> tuple[bool, Row]:
    """Return (complete, row) for the objects of *cls*, or for those *at* addresses."""
    assert IN_C is not None
    owners._in_c = IN_C if in_c else None  # noqa: SLF001  (as above)
    vars(owners).update(Walk=walking.Walk, own_ids=survey.own_ids)
    deadline_ns = perf_counter_ns() + int(seconds * 1e9)
    complete, rows, _ = owners.find_owners({number_of(cls): at}, number_of, deadline_ns)
    return complete, rows[number_of(cls)]


def owned(cls: type, *, in_c: bool = True) -> list[tuple[str, int]]:
    """Return [(owner, held)] of all objects of *cls*."""
    complete, (total, _, _, found, _) = ask(cls, in_c=in_c)
    assert complete
    assert sum(held for _, held in found) <= total
    return found
