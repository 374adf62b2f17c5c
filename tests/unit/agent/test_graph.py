"""The looks that are used: the extension's where it is built."""

import gc

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
    before = gc.get_objects()
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


def test_what_grew_old_behind_the_line_is_collected_as_the_young_are() -> None:
    built = native()
    gc.collect()
    built.draw_line()
    old: list[object] = []
    old.append(old)
    gc.collect(1)
    assert gc.is_tracked(old)
    del old
    assert gc.collect(1) == 0, "it is in the oldest generation"
    built.renew()
    assert gc.collect(1) >= 1
    # Whoever freezes all takes the line along: nothing is renewed, and nothing is lost.
    gc.freeze()
    built.renew()
    gc.unfreeze()
    built.draw_line()
    cycle()
    gc.collect(1)
    built.renew()
    assert gc.collect() >= 0


def test_what_was_there_before_the_line_stays_old() -> None:
    built = native()
    old: list[object] = []
    old.append(old)
    gc.collect()
    built.draw_line()
    del old
    built.renew()
    gc.collect(1)
    assert gc.collect() >= 1, "a full collection finds it"


def test_a_full_collection_may_move_the_line_and_loses_nothing() -> None:
    built = native()
    built.draw_line()
    cycles = [[] for _ in range(100)]  # type: list[list[object]]
    for one in cycles:
        one.append(one)
    gc.collect()
    del cycles, one
    built.renew()
    assert gc.collect(1) >= 100
