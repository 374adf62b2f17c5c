"""What a test may keep by its author's word."""

import pytest

from memprof.analysis import verdicts
from memprof.analysis.allowed import Allowed, exceeds
from memprof.analysis.rounds import Growth, Strength
from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.model.rounds import (
    BLOCKS,
    OBJECTS,
    Birthplace,
    Figure,
    Repeated,
    RoundSet,
    Traced,
)

SESSION = Type("app", "Session")


def growth(verdict: str, objects: float, *places: Birthplace) -> Growth:
    """Return a growth of so many *objects* of each call, allocated at *places*."""
    traced = Traced(1, 3, "tracemalloc", places, ()) if places else None
    facts = Repeated("test", 9, (RoundSet(1, {}),), (), None, traced, 0, cut=False)
    strengths = (
        Strength(Figure(OBJECTS, SESSION), objects, 4, 4),
        Strength(Figure(BLOCKS), objects * 2, 8, 4),
    )
    return Growth(facts, verdict, strengths, (), ())


def place(file: str, kind: Type | None = SESSION) -> Birthplace:
    """Return a place in *file*."""
    return Birthplace((Frame(file, 3, "make"), Frame("test_app.py", 1, "test")), (1,), (10,), kind)


@pytest.mark.parametrize(
    ("allowed", "exceeded"),
    [
        (Allowed(0, OBJECTS), True),
        (Allowed(1, OBJECTS), False),
        (Allowed(0.5, OBJECTS), True),
        (Allowed(1, BLOCKS), True),
        (Allowed(2, BLOCKS), False),
    ],
)
def test_so_many_of_each_call(allowed: Allowed, exceeded: object) -> None:
    assert exceeds(growth(verdicts.LEAK, 1.0), allowed) is exceeded


def test_what_is_not_accused_exceeds_nothing() -> None:
    assert not exceeds(growth(verdicts.SATURATING, 1.0), Allowed(0, OBJECTS))


def test_threads_are_not_allowed_by_a_number_of_objects() -> None:
    assert exceeds(growth(verdicts.THREADS, 1.0), Allowed(10, OBJECTS), ["*"])


@pytest.mark.parametrize("pattern", ["app.Session", "Session", "*/cache.py", "*cache.py:make"])
def test_what_a_pattern_matches_does_not_count(pattern: str) -> None:
    found = growth(verdicts.LEAK, 1.0, place("/srv/cache.py"))
    assert not exceeds(found, Allowed(0, OBJECTS), [pattern])


def test_unless_something_else_grows_too() -> None:
    found = growth(verdicts.LEAK, 1.0, place("/srv/cache.py"), place("/srv/other.py", None))
    assert exceeds(found, Allowed(0, OBJECTS), ["*/cache.py"])
    assert exceeds(growth(verdicts.LEAK, 1.0), Allowed(0, OBJECTS), ["*"])
