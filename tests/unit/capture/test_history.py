"""Closer looks at allocation sites: peak, traffic, collected, births."""

from array import array
from typing import Any

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.history import HistoryReader
from memprof.capture.names import Strings
from memprof.model.allocations import Change
from memprof.model.history import Births, History


@pytest.fixture
def reader() -> HistoryReader:
    """Return a reader over an empty table."""
    strings = Strings(1_000)
    return HistoryReader(Sites(Frames(strings, 1_000), 1_000))


def figures(at_ns: int, first: int, size: int) -> dict[str, Any]:
    """Return the fields of a record of one site."""
    return {"at_ns": at_ns, "runs": [first, 1], "bytes": [size], "blocks": [1]}


def change(first: int, *values: int) -> Change:
    """Return the change of one site."""
    return Change((first, 1), tuple(array("q", [value]) for value in values))


def test_a_look_counts_with_its_snapshot(reader: HistoryReader) -> None:
    """A snapshot without a closer look has none; what was not said is None."""
    reader.close()
    reader.take(record("peak", **figures(5, 0, 70)))
    reader.take(record("collected", at_ns=5, runs=[], bytes=[], blocks=[]))
    reader.take_births(record("births", at_ns=5, starts=[1, 4], runs=[2, 2], blocks=[1, 2, 3, 4]))
    reader.take_births(record("births", at_ns=5, starts=[1, 4], runs=[7, 1], blocks=[0, 9]))
    assert reader.facts() == (None,)
    reader.close()
    reader.close()
    nothing = Change((), (array("q"), array("q")))
    born = Change((2, 2), (array("q", [1, 3]), array("q", [2, 4])))
    births = Births((1, 4), (born, change(7, 0, 9)))
    look = History((change(0, 70, 1),), None, (nothing,), births)
    assert reader.facts() == (None, look, None)


def test_the_later_of_two_looks_is_whole(reader: HistoryReader) -> None:
    """Where the snapshot between was damaged, nothing of the earlier look stays."""
    reader.take(record("peak", **figures(5, 0, 70)))
    reader.take_births(record("births", at_ns=5, starts=[1], runs=[0, 1], blocks=[3]))
    reader.take(record("traffic", **figures(6, 1, 80)))
    reader.take_births(record("births", at_ns=6, starts=[1, 5], runs=[0, 1], blocks=[3, 1]))
    reader.close()
    births = Births((1, 5), (change(0, 3, 1),))
    assert reader.facts() == (History(None, (change(1, 80, 1),), None, births),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at_ns", -1),
        ("at_ns", None),
        ("runs", [0, 2]),
        ("runs", [1 << 40, 1]),
        ("bytes", [-1]),
        ("bytes", [1, 2]),
        ("blocks", [True]),
    ],
)
def test_figures_of_wrong_fields_are_damaged(
    reader: HistoryReader, name: str, value: object
) -> None:
    """A record is dropped whole."""
    with pytest.raises(DamagedRecord):
        reader.take(record("peak", **{**figures(5, 0, 70), name: value}))
    reader.close()
    assert reader.facts() == (None,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at_ns", 1.5),
        ("starts", []),
        ("starts", [4, 1]),
        ("starts", [-1, 4]),
        ("starts", list(range(17))),
        ("runs", [0, 2]),
        ("runs", [1 << 40, 1]),
        ("blocks", [1]),
        ("blocks", [1, 2, 3]),
        ("blocks", [1, -2]),
    ],
)
def test_births_of_wrong_fields_are_damaged(
    reader: HistoryReader, name: str, value: object
) -> None:
    """A record is dropped whole."""
    fields = {"at_ns": 5, "starts": [1, 4], "runs": [0, 1], "blocks": [1, 2]}
    with pytest.raises(DamagedRecord):
        reader.take_births(record("births", **{**fields, name: value}))
    reader.close()
    assert reader.facts() == (None,)


def test_births_of_one_look_speak_of_the_same_epochs(reader: HistoryReader) -> None:
    """A second record with others is damaged; the first one holds."""
    reader.take_births(record("births", at_ns=5, starts=[1], runs=[0, 1], blocks=[3]))
    with pytest.raises(DamagedRecord):
        reader.take_births(record("births", at_ns=5, starts=[2], runs=[1, 1], blocks=[3]))
    reader.close()
    assert reader.facts() == (History(None, None, None, Births((1,), (change(0, 3),))),)
