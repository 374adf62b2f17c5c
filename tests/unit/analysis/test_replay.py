"""Replaying changes gives what each snapshot saw, and gives it quickly."""

import random
import sys
from array import array
from typing import Any

import pytest
from support.facts import changes

from memprof.analysis.replay import series, states
from memprof.model.allocations import Change


def _by_hand(values: list[list[int]], index: int) -> "array[int]":
    return array("q", [one[index] for one in values])


def _random_series(ids: int, snapshots: int, density: float, seed: int) -> list[list[int]]:
    chance = random.Random(seed)  # noqa: S311  (no secret)
    rows = []
    for _ in range(ids):
        value, row = 0, []
        for _ in range(snapshots):
            if chance.random() < density:
                value = chance.randrange(1000)
            row.append(value)
        rows.append(row)
    return rows


@pytest.mark.parametrize("density", [0.02, 0.5, 1.0])
def test_states_are_what_was_changed(density: float) -> None:
    sizes = _random_series(40, 12, density, seed=1)
    blocks = _random_series(40, 12, density, seed=2)
    wanted = [11, 0, 5, 5]
    found = states(changes(sizes, blocks), 2, wanted)
    assert [vectors[0][:40] for vectors in found] == [
        _by_hand(sizes, index)[: len(found[0][0])] for index in wanted
    ]
    assert [vectors[1][:40] for vectors in found] == [
        _by_hand(blocks, index)[: len(found[0][0])] for index in wanted
    ]


def test_series_picks_the_ids_asked_for() -> None:
    sizes = _random_series(20, 9, 0.4, seed=3)
    blocks = _random_series(20, 9, 0.4, seed=4)
    found = series(changes(sizes, blocks), 2, [2, 4, 8], [7, 0])
    assert found[0] == [tuple(sizes[i][n] for n in (2, 4, 8)) for i in (7, 0)]
    assert found[1] == [tuple(blocks[i][n] for n in (2, 4, 8)) for i in (7, 0)]


def test_series_of_one_id_and_of_none() -> None:
    found = changes([[1, 2, 3], [4, 5, 6]])
    assert series(found, 1, [0, 2], [1]) == [[(4, 6)]]
    assert series(found, 1, [0, 2], []) == [[]]


def test_ids_never_mentioned_are_zero() -> None:
    assert states([()], 2, [0], size=3) == [(array("q", [0, 0, 0]), array("q", [0, 0, 0]))]
    assert states([], 1, []) == []


def lines(ids: int, step: int) -> int:
    """Return how many lines run for ten changes of so many *ids*, each *step* from the last."""
    column = array("q", range(0, ids, step))
    runs = (0, ids) if step == 1 else tuple(n for one in column for n in (one, 1))
    seen = 0

    def count(_frame: object, event: str, _arg: object) -> Any:  # noqa: ANN401  (itself)
        nonlocal seen
        seen += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        states(((Change(runs, (column, column)),),) * 10, 2, [0, 5, 9])
    finally:
        sys.settrace(before)
    return seen


def test_a_run_of_ids_costs_as_much_as_one() -> None:
    assert lines(5_000, 1) == lines(50, 1)
    # A few for each run of each of the two columns of each change.
    assert lines(5_000, 2) <= 5 * (10 * 2 * 2_500)
