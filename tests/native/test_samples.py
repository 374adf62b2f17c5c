"""Sampling: estimates lie within their stated error, and what is large is always seen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from native.inside import said

SEEDS = 40

LEAST, MOST = 14, 84
"""The sum of the squares of as many normal deviates lies between, but one time in ten thousand."""

PROGRAM = """
    import json
    from memprof.agent import _heap

    EVERY, SEED = 16384, %d
    _heap.start(1, "/nowhere/", EVERY, SEED)
    small = [bytes(100) for _ in range(20_000)]
    middle = [bytearray(n) for n in range(2_000, 3_000)]
    large = [bytes(EVERY + n) for n in range(50)]
    del small[::2]
    _heap.stop()
    truth = {
        7: 10_000 * 133,
        8: sum(range(2_001, 3_001)) + 1_000 * 56,
        9: sum(EVERY + n + 33 for n in range(50)),
    }
    rows, sites = [], []
    _heap.name_new({}, {}, {}, [], rows, sites, [])
    from native.ledger import rows_of
    lines = [rows[2 * frame + 1] for (frame,) in sites]
    live = {lines[row[0]]: row[1:] for row in rows_of(_heap.changes()[0])}
    errors = {lines[row[0]]: row[1:] for row in rows_of(_heap.details()[3])}
    print(json.dumps([[size, *live[at], *errors.get(at, [0, 0])] for at, size in truth.items()]))
"""


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[int]]]:
    """Return, for each seed, what is true and what is said of three lines."""
    base = tmp_path_factory.mktemp("looks")

    def look(seed: int) -> list[list[int]]:
        """Return what one run says."""
        cwd = base / str(seed)
        cwd.mkdir()
        found: list[list[int]] = said(PROGRAM % (seed + 1), cwd)
        return found

    with ThreadPoolExecutor(2) as several:
        return list(several.map(look, range(SEEDS)))


@pytest.mark.parametrize("line", [0, 1], ids=["small", "middle"])
def test_estimates_lie_within_their_error(looks: list[list[list[int]]], line: int) -> None:
    rows = [one[line] for one in looks]
    deviates = [(told - true) / error for true, told, _, error, _ in rows]
    assert LEAST < sum(one * one for one in deviates) < MOST
    # No bias: the mean of as many deviates has a deviation of its own.
    assert abs(sum(deviates)) / SEEDS**0.5 < 3.9


def test_blocks_of_an_interval_or_more_are_all_seen(looks: list[list[list[int]]]) -> None:
    for _, _, (true, told, blocks, *_) in looks:
        # The list that holds them is on their line too, and is sampled or not.
        assert told >= true
        assert blocks >= 50
