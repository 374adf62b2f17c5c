"""Caches: nine fields each."""

import pytest
from support.captures import record

from memprof.capture.caches import CachesReader
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.model.caches import Cache


@pytest.fixture
def reader() -> CachesReader:
    """Return a reader over a few strings."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["", "app", "price", "/app.py"]))
    return CachesReader(strings)


def test_the_record_is_read(reader: CachesReader) -> None:
    """The last one counts; an empty file is none, a text that was lost is said to be."""
    assert reader.facts() is None
    reader.take(record("caches", rows=[]))
    assert reader.facts() == ()
    rows = [[1, 2, 3, 7, 1, None, 5, 1, 4], [0, 9, 0, 0, False, 8, 2, 0, 2]]
    reader.take(record("caches", rows=rows))
    assert reader.facts() == (
        Cache("app", "price", "/app.py", 7, True, None, 5, 1, 4),  # noqa: FBT003
        Cache("", LOST, None, 0, False, 8, 2, 0, 2),  # noqa: FBT003
    )


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        [1, 2, 3, 7, 1, None, 5, 1],
        [1, 2, 3, 7, 1, None, 5, 1, 4, 4],
        ["app", 2, 3, 7, 1, None, 5, 1, 4],
        [1, -1, 3, 7, 1, None, 5, 1, 4],
        [1, 2, 3, -7, 1, None, 5, 1, 4],
        [1, 2, 3, 7, 2, None, 5, 1, 4],
        [1, 2, 3, 7, 1, -1, 5, 1, 4],
        [1, 2, 3, 7, 1, None, 5, 1, None],
        [1, 2, 3, 7, 1, None, 5, 1, 1 << 63],
    ],
    ids=str,
)
def test_rows_of_wrong_fields_are_damaged(reader: CachesReader, row: object) -> None:
    """Each field of a row is checked."""
    with pytest.raises(DamagedRecord):
        reader.take(record("caches", rows=[row]))
    assert reader.facts() is None
