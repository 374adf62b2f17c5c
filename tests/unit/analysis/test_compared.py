"""Compared: process, generations and pools, before and after."""

from dataclasses import replace

from support.captures import example_facts
from support.compared import side
from support.facts import MIB, facts, generation, pools

from memprof.analysis.compared import Figure, arenas, collectors, processes, size_classes
from memprof.model.generations import Generations
from memprof.model.pools import SizeClass


def test_the_process_is_that_of_the_moment() -> None:
    made = facts([[100, 300, 200]])
    found = {one.name: one for one in processes(side(made, "peak"), side(made))}
    assert found["live"] == Figure("live", "bytes", 300, 200)
    assert found["peak"].growth == -100 + 100
    assert found["blocks"].unit == "count"
    assert not found["rss"].changed
    assert found["uss"].growth is None


def test_collections_are_those_until_the_moment() -> None:
    intervals = (
        (generation(0, [10]), generation(1)),
        (generation(0, [10, 30], collected=4), generation(1)),
    )
    made = replace(facts([[200, 100]]), generations=Generations(intervals, (), ()))
    young, old = collectors(side(made, "peak"), side(made))
    values = {one.name: (one.before, one.after) for one in young.figures}
    assert values == {
        "collections": (1, 3),
        "collected": (0, 4),
        "uncollectable": (0, 0),
        "pauses": (10, 50),
        "longest pause": (10, 30),
    }
    assert young.changed
    assert not old.changed


def test_a_generation_that_is_not_there_has_no_figures() -> None:
    one = replace(facts([[1]]), generations=Generations(((generation(0),),), (), ()))
    two = replace(facts([[1]]), generations=Generations(((),), (), ()))
    (row,) = collectors(side(one), side(two))
    assert {figure.after for figure in row.figures} == {None}


def test_pools_by_what_changed_most() -> None:
    before = pools()
    classes = (SizeClass(64, 11, 2_100, 400), SizeClass(512, 4, 100, 24), SizeClass(32, 1, 9, 9))
    after = replace(before, size_classes=classes, used_bytes=5 * MIB)
    old, new = (side(replace(facts([[1]]), pools=(one,))) for one in (before, after))
    assert [(row.name, row.changed) for row in size_classes(old, new)] == [
        (64, True),
        (32, True),
        (512, False),
    ]
    assert [one.growth for one in arenas(old, new)] == [0, MIB, 0]
    nothing = side(facts([[1]]))
    assert size_classes(old, nothing) == ()
    assert [one.after for one in arenas(old, nothing)] == [None] * 3


def test_a_whole_capture_is_compared_with_itself() -> None:
    made = side(example_facts())
    assert not any(figure.changed for figure in processes(made, made))
    assert not any(row.changed for row in (*collectors(made, made), *size_classes(made, made)))
