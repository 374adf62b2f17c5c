"""Cyclic garbage: passes and gc.garbage."""

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.cycles import CyclesReader
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.model.cycles import CyclePass, Cycles


@pytest.fixture
def reader() -> CyclesReader:
    """Return a reader over empty tables."""
    strings = Strings(1_000)
    return CyclesReader(Types(strings, 1_000), Sites(Frames(strings, 1_000), 1_000))


def test_a_pass_says_when_it_was(reader: CyclesReader) -> None:
    """A pass has its own time, or that of the snapshot it belongs to."""
    reader.take(record("cycles", at_ns=5, objects=7, rows=[0, -1, 4, 1, 2, 3]))
    reader.take(record("cycles", objects=0, rows=[]))
    reader.take_garbage(record("garbage", types=[2], counts=[9]))
    reader.close(at_ns=6)
    reader.take_garbage(record("garbage", types=[], counts=[]))
    passes = (CyclePass(5, 7, ((0, None, 4), (1, 2, 3))), CyclePass(6, 0, ()))
    assert reader.facts() == Cycles(passes, {2: 9})
    reader.close(at_ns=7)
    assert reader.facts() == Cycles(passes, {})


@pytest.mark.parametrize("rows", [[0, -2, 1], [-1, 0, 1], [0, 0, -1], [0, 0], [0, 1 << 40, 1]])
def test_rows_of_wrong_fields_are_damaged(reader: CyclesReader, rows: list[int]) -> None:
    """Ids out of range and counts below 0 are damaged."""
    with pytest.raises(DamagedRecord):
        reader.take(record("cycles", objects=1, rows=rows))
