"""The looks that are used: the extension's where it is built."""

import gc
import weakref

import pytest
from unit.agent.looks import FUNCTIONS, native, plain

from memprof.agent import graph


def test_the_extension_takes_the_place_of_python() -> None:
    built = native()
    assert all(getattr(graph, name) is getattr(built, name) for name in FUNCTIONS)


def test_both_have_every_function() -> None:
    assert all(callable(getattr(plain(), name)) for name in FUNCTIONS)
    assert set(FUNCTIONS) < set(graph.__all__)


class Ours:
    """An object of the agent's, for a test."""


def tracked() -> set[int]:
    """Return the ids of what the collector tracks."""
    return set(map(id, gc.get_objects()))


def test_own_objects_are_out_of_the_collectors_way_until_they_are_given_back() -> None:
    built = native()
    before = built.tracked()
    ours = [Ours() for _ in range(100)]
    cycle = [Ours()]
    cycle.append(cycle)  # type: ignore[arg-type]
    ids = set(map(id, [*ours, cycle, cycle[0]]))
    counts = dict[int, int]()
    built.adopt(before)
    assert before == []
    built.withdraw()
    try:
        assert not ids & tracked()
        gc.collect()
        # One that dies leaves whatever list it is in, and others are collected.
        del ours[:50]
        gc.collect()
        assert all(type(one) is Ours for one in ours)
        by_type, *_ = built.look(lambda cls: counts.setdefault(id(cls), len(counts)), ())
        assert sum(by_type[counts.get(id(Ours), len(by_type)) :][:1]) == 0
    finally:
        built.readmit()
    assert set(map(id, [*ours, cycle])) <= tracked()
    built.readmit()
    del cycle
    assert gc.collect() >= 2


def cycle() -> None:
    """Make a cycle that nobody holds."""
    one: list[object] = []
    one.append(one)


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        """Begin."""
        self.own = self


def test_what_came_since_the_line_is_collected_and_what_was_there_before_is_not() -> None:
    built = native()
    kept = Knot()
    old = weakref.ref(kept)
    gc.collect()
    built.draw_line()
    other = Knot()
    new = weakref.ref(other)
    gc.collect(1)
    del kept, other
    gc.collect(1)
    assert None not in (old(), new()), "both are in the oldest generation"
    built.collect_new(gc.collect)
    assert (old() is None, new() is None) == (False, True)
    gc.collect()
    assert old() is None, "a collection of all there is finds it"


def test_what_was_there_before_the_line_is_as_it_was() -> None:
    built = native()
    gc.collect()
    kept = [Knot() for _ in range(100)]
    gc.collect()
    built.draw_line()
    count = gc.get_stats()[-1]["collections"]
    ids = set(map(id, kept))
    built.collect_new(gc.collect)
    assert gc.get_stats()[-1]["collections"] == count + 1
    assert ids <= tracked()
    del kept
    assert gc.collect() >= 100


def test_an_error_of_the_collection_puts_all_back() -> None:
    built = native()
    kept = Knot()
    gc.collect()
    built.draw_line()

    def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        built.collect_new(fails)
    assert id(kept) in tracked()


def test_whoever_freezes_all_takes_the_line_along_and_all_is_collected() -> None:
    built = native()
    gc.collect()
    built.draw_line()
    gc.freeze()
    try:
        one = weakref.ref(Knot())
        built.collect_new(gc.collect)
        assert one() is None
    finally:
        gc.unfreeze()
    built.draw_line()
    one = weakref.ref(Knot())
    built.collect_new(gc.collect)
    assert one() is None


def test_a_full_collection_may_move_the_line_and_loses_nothing() -> None:
    built = native()
    built.draw_line()
    cycles = [Knot() for _ in range(100)]
    gc.collect()
    del cycles
    assert built.collect_new(gc.collect) >= 100


def test_what_is_frozen_is_told_too() -> None:
    built, one = native(), Knot()
    gc.freeze()
    try:
        assert id(one) not in tracked()
        assert id(one) in set(map(id, built.tracked()))
    finally:
        gc.unfreeze()
