"""Replaying changes gives what each snapshot saw, and gives it quickly."""

import random
from array import array
from time import process_time

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


@pytest.mark.parametrize("step", [1, 2])
def test_a_long_run_replays_in_well_under_a_second(step: int) -> None:
    ids = range(0, 5_000, step)
    column = array("q", ids)
    spans = (0, 5_000) if step == 1 else tuple(n for one in ids for n in (one, 1))
    one = (Change(spans, (column, column)),)
    began = process_time()
    states((one,) * 1_000, 2, [0, 500, 999])
    assert process_time() - began < 1.5
