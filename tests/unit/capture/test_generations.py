"""Generations: intervals, statistics, notable collections."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.generations import MAX_NOTABLE, GenerationsReader
from memprof.model.generations import Collection, Generation, GenerationStats

ROW = [0, 700, 5, 3, 20, 1, 2, 9_000, 5_000, [100, 2, 101, 1]]


def generations(rows: Any = (), stats: Any = (), notable: Any = ()) -> Record:  # noqa: ANN401
    """Return a `generations` record."""
    return record("generations", rows=rows, stats=stats, notable=notable)


def test_a_record_is_the_interval_of_its_snapshot() -> None:
    """Rows belong to the snapshot that closes them; the last statistics hold."""
    reader = GenerationsReader()
    reader.take(generations([ROW], [[3, 20, 1]], [[7, 2, 30, 0, 400, True]]))
    reader.close()
    reader.take(generations([], [[9, 60, 3]], [[6, 1, 3, 0, 4, False]]))
    reader.close()
    facts = reader.facts()
    one = Generation(0, 700, 5, 3, 20, 1, 2, 9_000, 5_000, {100: 2, 101: 1})
    assert facts.intervals == ((one,), ())
    assert facts.stats == (GenerationStats(9, 60, 3),)
    assert facts.notable == (
        Collection(6, 1, 3, 0, 4, manual=False),
        Collection(7, 2, 30, 0, 400, manual=True),
    )


def test_intervals_join_where_the_snapshot_between_was_lost() -> None:
    """Two records for one snapshot add up; threshold and count are the later."""
    reader = GenerationsReader()
    reader.take(generations([ROW]))
    reader.take(generations([[0, 800, 1, 1, 1, 1, 1, 6_000, 6_000, [101, 1]]]))
    reader.close()
    assert reader.facts().intervals == (
        (Generation(0, 800, 1, 4, 21, 2, 3, 15_000, 6_000, {100: 2, 101: 2}),),
    )


@pytest.mark.parametrize("at", range(len(ROW)))
@pytest.mark.parametrize("value", [-1, "1", True, 1.5, [1], [-1, 1], [1 << 20, 1]])
def test_a_row_of_wrong_fields_is_damaged(at: int, value: object) -> None:
    """Each field of a row is checked."""
    with pytest.raises(DamagedRecord):
        GenerationsReader().take(generations([[*ROW[:at], value, *ROW[at + 1 :]]]))


@pytest.mark.parametrize("row", [None, [], ROW[:-1], [*ROW, 1]])
def test_a_row_of_wrong_length_is_damaged(row: object) -> None:
    """A row has ten fields."""
    with pytest.raises(DamagedRecord):
        GenerationsReader().take(generations([row]))


def test_notable_collections_are_bounded() -> None:
    """A capture cannot hold any number of notable collections."""
    reader = GenerationsReader()
    for _ in range(3):
        reader.take(generations(notable=[[1, 0, 0, 0, 0, 0]] * (MAX_NOTABLE // 2)))
        reader.close()
    assert len(reader.facts().notable) == MAX_NOTABLE
