"""Each functools.lru_cache, as the end of a run tells it."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.caches import CachesReader
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import Strings
from memprof.model.caches import Cache

ROW = [0, 1, 2, 7, 1, None, 40, 3, 43]


@pytest.fixture
def reader() -> CachesReader:
    """Return a reader over three strings, the last of them empty."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app", "load", ""]))
    return CachesReader(strings)


def test_caches_have_names_limits_and_figures(reader: CachesReader) -> None:
    """An empty file is none: the function is not written in Python."""
    assert reader.facts() is None
    reader.take(record("caches", rows=[ROW, [2, 1, 0, 9, 0, 8, 8, 0, 1]]))
    assert reader.facts() == (
        Cache("app", "load", None, 7, True, None, 40, 3, 43),  # noqa: FBT003
        Cache("", "load", "app", 9, False, 8, 8, 0, 1),  # noqa: FBT003
    )
    reader.take(record("caches", rows=[]))
    assert reader.facts() == ()


@pytest.mark.parametrize("at", range(len(ROW)))
@pytest.mark.parametrize("wrong", [-1, 1 << 70, "1", 1.5, []])
def test_rows_of_wrong_fields_are_damaged(reader: CachesReader, at: int, wrong: Any) -> None:  # noqa: ANN401
    """No field may be anything but what it is; the record is left out whole."""
    row = [*ROW[:at], wrong, *ROW[at + 1 :]]
    with pytest.raises(DamagedRecord):
        reader.take(record("caches", rows=[ROW, row]))
    assert reader.facts() is None


@pytest.mark.parametrize("row", [ROW[:-1], [*ROW, 1], 5, None])
def test_rows_of_another_length_are_damaged(reader: CachesReader, row: object) -> None:
    """A row is nine fields."""
    with pytest.raises(DamagedRecord):
        reader.take(record("caches", rows=[row]))
