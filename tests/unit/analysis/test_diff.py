"""Diff: two captures, row by row, and what cannot be compared."""

from dataclasses import replace

import pytest
from support.compared import side
from support.facts import facts

from memprof.analysis.diff import NO_OWNERS, NOT_AT_END, UNTRACED, analyse, missing, rows
from memprof.model.allocations import Allocations, Frame
from memprof.model.facts import Facts
from memprof.model.owners import Owners


def capture(*rows: tuple[tuple[Frame, ...], int], depth: int = 1) -> Facts:
    """Return facts with sites, stack and bytes."""
    made = facts([[size] for _, size in rows])
    settings = replace(made.run.settings, depth=depth)
    return replace(
        made,
        run=replace(made.run, settings=settings),
        allocations=Allocations(tuple(stack for stack, _ in rows), made.allocations.changes),
    )


def frame(line: int, function: str = "f", file: str = "/srv/a.py") -> Frame:
    """Return a line."""
    return Frame(file, line, function)


def test_an_edit_above_makes_nothing_new() -> None:
    old = capture(((frame(10),), 100), ((frame(20, "g"),), 100))
    new = capture(((frame(14),), 150), ((frame(24, "g"),), 100))
    (row,) = rows(side(old), side(new), "site").rows
    assert (row.change, row.growth_bytes, row.moved) == ("grown", 50, True)
    assert row.subject.stack[0].line == 14


def test_tracebacks_are_compared_as_deep_as_both_are() -> None:
    old = capture(((frame(10), frame(30, "main")), 1000), depth=2)
    new = capture(((frame(10),), 1600))
    (row,) = rows(side(old), side(new), "traceback").rows
    assert (row.change, row.growth_bytes) == ("grown", 600)
    stacks = (frame(10), frame(30, "main")), (frame(10), frame(40, "x"))
    deep = capture((stacks[0], 100), (stacks[1], 900), depth=2)
    assert {row.change for row in rows(side(old), side(deep), "traceback").rows} == {
        "shrunk",
        "new",
    }
    assert [row.change for row in rows(side(old), side(deep), "site").rows] == []


def test_untracked_objects_count_where_both_looked() -> None:
    one = facts(counts=[[2]])
    looked = replace(one, objects=replace(one.objects, untracked=({0: 5},)))
    again = replace(one, objects=replace(one.objects, untracked=({0: 9},)))
    found = rows(side(looked), side(again), "type")
    assert ([row.growth_count for row in found.rows], found.untracked_left_out) == ([4], False)
    found = rows(side(one), side(again), "type")
    assert (found.rows, found.untracked_left_out) == ((), True)


def test_what_is_not_there_is_missing() -> None:
    one = facts([[1, 2]])
    blind = replace(one, snapshots=tuple(replace(s, live_bytes=None) for s in one.snapshots))
    named = replace(one, snapshots=(replace(one.snapshots[0], name="warm"), one.snapshots[1]))
    for by in ("site", "file", "traceback"):
        assert missing(side(one), by) is None
        assert missing(side(blind), by) == UNTRACED
    assert missing(side(blind), "type") is None
    assert missing(side(one), "owner") == NO_OWNERS
    owners = Owners(complete=True, types={}, sites={})
    assert missing(side(replace(named, owners=owners), "warm"), "owner") == NOT_AT_END
    assert missing(side(replace(named, owners=owners)), "owner") is None


@pytest.mark.parametrize("by", ["site", "type", "file", "traceback"])
def test_all_is_compared_at_once(by: str) -> None:
    old, new = facts([[100]], counts=[[4]]), facts([[300]], counts=[[5]])
    found = analyse(side(old), side(new), by)
    assert found.found.by == by
    assert len(found.found.rows) == 1
    assert {figure.name for figure in found.process if figure.changed} == {"live", "peak"}
    assert found.comparable
    assert not found.same
