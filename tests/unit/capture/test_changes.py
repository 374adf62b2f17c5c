"""Changes: runs of ids, and columns of counters."""

import pytest
from support.captures import record

from memprof.capture.changes import Changes, checked_runs
from memprof.capture.fields import MAX_INTEGER, DamagedRecord
from memprof.capture.names import Ids


def changes() -> Changes:
    """Return changes over a table of ten ids."""
    ids = Ids(file_bytes=0)
    ids.declare(0, 10)
    return Changes(ids, ("bytes", "blocks"))


def test_records_belong_to_the_snapshot_that_closes_them() -> None:
    """A snapshot has the changes since the one before, none where there were none."""
    collected = changes()
    collected.take(record("live", runs=[0, 2], bytes=[5, 6], blocks=[1, 2]))
    collected.take(record("live", runs=[7, 1], bytes=[8], blocks=[3]))
    collected.close()
    collected.close()
    collected.take(record("live", runs=[0, 1], bytes=[9], blocks=[1]))
    first, second = collected.facts()
    assert [one.runs for one in first] == [(0, 2), (7, 1)]
    assert [list(column) for column in first[0].columns] == [[5, 6], [1, 2]]
    assert second == ()


@pytest.mark.parametrize(
    "runs",
    [
        [0],
        [0, 1],
        [0, 3],
        [0, 2, 2, 0],
        [0, 1, 0, 1],
        [5, 1, 0, 1],
        [0, MAX_INTEGER],
        [MAX_INTEGER, 2],
        [-1, 2],
        [0, -1, 1, 3],
        [True, 2],
        None,
    ],
)
def test_runs_that_do_not_fit_their_columns_are_damaged(runs: object) -> None:
    """Runs ascend, stay apart and sum to the length of the columns."""
    collected = changes()
    with pytest.raises(DamagedRecord):
        collected.take(record("live", runs=runs, bytes=[1, 1], blocks=[1, 1]))


def test_columns_of_different_length_are_damaged() -> None:
    """Each counter has one value an id."""
    with pytest.raises(DamagedRecord):
        changes().take(record("live", runs=[0, 2], bytes=[1, 1], blocks=[1]))


def test_many_short_runs() -> None:
    """Runs may be as short as one id each."""
    assert checked_runs(record("live", runs=[0, 1, 2, 1, 4, 1]), 3) == (0, 1, 2, 1, 4, 1)
