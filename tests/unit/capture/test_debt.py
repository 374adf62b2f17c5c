"""Cyclic debt: all by type, and samples of some."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.debt import DebtReader
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.capture.objects import Types
from memprof.model.debt import Debt, DebtType


@pytest.fixture
def reader() -> DebtReader:
    """Return a reader over tables with one string."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["Node.own -> Node"]))
    return DebtReader(Types(strings, 1_000), Sites(Frames(strings, 1_000), 1_000), strings)


def test_the_record_is_read(reader: DebtReader) -> None:
    """The last one counts; a text that was lost is said to be."""
    assert reader.facts() is None
    reader.take(record("debt", islands=3, types=[], rows=[]))
    assert reader.facts() == Debt(3, {}, ())
    row, other = [2, 40, 0, [[-1, 2], [5, 48]]], [1, 3, 9, []]
    reader.take(record("debt", islands=-1, types=[[2, 40], [1, 3]], rows=[row, other]))
    sampled = DebtType(2, 40, "Node.own -> Node", ((None, 2), (5, 48)))
    assert reader.facts() == Debt(None, {2: 40, 1: 3}, (sampled, DebtType(1, 3, LOST, ())))


@pytest.mark.parametrize(
    "fields",
    [
        {"islands": -2},
        {"islands": None},
        {"types": None},
        {"types": [[1]]},
        {"types": [[-1, 1]]},
        {"types": [[1 << 40, 1]]},
        {"rows": [None]},
        {"rows": [[1, 2, 0]]},
        {"rows": [[-1, 2, 0, []]]},
        {"rows": [[1, -2, 0, []]]},
        {"rows": [[1, 2, "text", []]]},
        {"rows": [[1, 2, 0, [[-2, 1]]]]},
        {"rows": [[1, 2, 0, [[0, -1]]]]},
        {"rows": [[1, 2, 0, [[0, 1, 2]]]]},
        {"rows": [[1, 2, 0, [[1 << 40, 1]]]]},
    ],
    ids=str,
)
def test_wrong_fields_are_damaged(reader: DebtReader, fields: dict[str, Any]) -> None:
    """Each field is checked, and nothing of the record is kept."""
    whole: dict[str, Any] = {"islands": 1, "types": [], "rows": []}
    with pytest.raises(DamagedRecord):
        reader.take(record("debt", **(whole | fields)))
    assert reader.facts() is None
