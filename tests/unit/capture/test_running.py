"""Which stacks threads were seen in, snapshot by snapshot."""

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import Strings
from memprof.capture.running import RunningReader


@pytest.fixture
def reader() -> RunningReader:
    """Return a reader over empty tables."""
    return RunningReader(Sites(Frames(Strings(1_000), 1_000), 1_000))


def test_ticks_count_with_their_snapshot(reader: RunningReader) -> None:
    """Two records of one snapshot add up; a snapshot without one has none."""
    reader.take(record("running", rows=[0, 3, 5, 1]))
    reader.take(record("running", rows=[5, 2]))
    reader.close()
    reader.close()
    reader.take(record("running", rows=[1, 9]))
    assert reader.facts() == ({0: 3, 5: 3}, {})


@pytest.mark.parametrize(
    "rows", [[0], [-1, 2], [0, -1], [1 << 40, 1], [0, 1.5], [True, 1], [[0, 1]], None, {}]
)
def test_rows_of_wrong_fields_are_damaged(reader: RunningReader, rows: object) -> None:
    """Ids out of range and ticks below 0 are damaged, and nothing of them counts."""
    with pytest.raises(DamagedRecord):
        reader.take(record("running", rows=rows))
    reader.close()
    assert reader.facts() == ({},)
