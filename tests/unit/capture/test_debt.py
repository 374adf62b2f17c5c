"""Cyclic debt: the garbage that waited at the end."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.debt import DebtReader
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.model.debt import Debt, DebtType

WHOLE: dict[str, Any] = {"islands": 3, "types": [[0, 5], [1, 2]], "rows": [[0, 5, 0, [[-1, 4]]]]}


@pytest.fixture
def reader() -> DebtReader:
    """Return a reader over one string."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["a -> a"]))
    return DebtReader(Types(strings, 1_000), Sites(Frames(strings, 1_000), 1_000), strings)


def test_debt_is_by_type_with_a_cycle_and_sites(reader: DebtReader) -> None:
    """-1 is no site, and an unknown number of islands."""
    assert reader.facts() is None
    reader.take(record("debt", **WHOLE))
    row = DebtType(0, 5, "a -> a", ((None, 4),))
    assert reader.facts() == Debt(3, {0: 5, 1: 2}, (row,))
    reader.take(record("debt", islands=-1, types=[], rows=[]))
    assert reader.facts() == Debt(None, {}, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"islands": -2},
        {"islands": None},
        {"types": [[0]]},
        {"types": [[-1, 1]]},
        {"types": [[0, -1]]},
        {"types": [[1 << 40, 1]]},
        {"rows": [[0, 5, 0]]},
        {"rows": [[-1, 5, 0, []]]},
        {"rows": [[0, -5, 0, []]]},
        {"rows": [[0, 5, -1, []]]},
        {"rows": [[0, 5, 0, [[-2, 4]]]]},
        {"rows": [[0, 5, 0, [[0, -1]]]]},
        {"rows": [[0, 5, 0, [[1 << 40, 1]]]]},
        {"rows": [[1 << 40, 5, 0, []]]},
        {"rows": {}},
    ],
)
def test_wrong_fields_are_damaged(reader: DebtReader, wrong: dict[str, Any]) -> None:
    """Ids out of range and counts below 0 are damaged; the record is left out whole."""
    with pytest.raises(DamagedRecord):
        reader.take(record("debt", **{**WHOLE, **wrong}))
    assert reader.facts() is None
