"""What is there now, and what came between two looks."""

import gc
import os
from collections import deque

import pytest
from unit.agent.looks import number_anew

from memprof.agent import counts, graph


@pytest.fixture(autouse=True)
def _one_numbering() -> None:
    """Number as `counts` does: other tests of this process number otherwise."""
    number_anew(graph, counts.names())


class Thing:
    """Something to be counted."""


def gains(table: counts.Counts) -> dict[object, list[int]]:
    """Return what the second look gained, by name."""
    found = {}
    for column, gained in table.gains(2):
        fixed = column < counts.FIXED
        found[column if fixed else table.type_names([column])[0][1]] = gained
    return found


def test_what_came_is_counted_and_nothing_of_ours() -> None:
    table = counts.Counts(2)
    kept: list[object] = []
    for row in (0, 0, 1):
        if row:
            kept.extend(Thing() for _ in range(3))
        table.look(row)
    found = gains(table)
    assert found["Thing"] == [3]
    # An instance, and until 3.12 its dictionary or values.
    assert found[counts.BLOCKS][0] >= 3
    assert found[counts.ITEMS] == [3]


def test_a_descriptor_is_counted() -> None:
    table = counts.Counts(2)
    table.look(0)
    descriptor = os.open(os.devnull, os.O_RDONLY)
    table.look(1)
    os.close(descriptor)
    assert gains(table)[counts.DESCRIPTORS] == [1]


def test_a_type_that_comes_later_has_room() -> None:
    table = counts.Counts(2)
    table.look(0)
    late = [type("Late", (), {})() for _ in range(2)]
    table.look(1)
    assert gains(table)["Late"][0] >= 1
    del late


def test_types_are_numbered_once_in_a_process() -> None:
    assert counts.names() is counts.names()


def test_outside_of_a_run_nothing_is_held() -> None:
    with counts.Undisturbed() as undisturbed:
        assert not undisturbed.inside


def test_items_of_all_containers() -> None:
    gc.collect()
    before = graph.items(deque)
    held = [[object()] * 3, {"a": [], "b": object()}, {object()}, deque([object()] * 2)]
    # Four in the list around them, one in it that is a list of its own and empty.
    assert graph.items(deque) - before == 4 + 3 + 2 + 1 + 2
    del held
