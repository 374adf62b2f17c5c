"""Owners: by type and by site, what holds how many."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, Strings
from memprof.capture.objects import Types
from memprof.capture.owners import OwnersReader
from memprof.model.owners import Owned, OwnedSite, Owners


@pytest.fixture
def reader() -> OwnersReader:
    """Return a reader over tables with one string."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app.POOL[*]"]))
    return OwnersReader(Types(strings, 1_000), Sites(Frames(strings, 1_000), 1_000), strings)


def test_the_record_is_read(reader: OwnersReader) -> None:
    """A text that was lost is said to be."""
    assert reader.facts() is None
    types = [[3, 50, 2, 8, [[0, 35], [7, 5]]], [1, 0, 0, 0, []]]
    sites = [[4, 9, 0, 1, [[0, 8]], [[3, 6], [1, 3]]]]
    reader.take(record("owners", complete=1, types=types, sites=sites))
    found = {3: Owned(50, 2, 8, (("app.POOL[*]", 35), (LOST, 5))), 1: Owned(0, 0, 0, ())}
    site = OwnedSite(Owned(9, 0, 1, (("app.POOL[*]", 8),)), ((3, 6), (1, 3)))
    assert reader.facts() == Owners(True, found, {4: site})  # noqa: FBT003


@pytest.mark.parametrize(
    "fields",
    [
        {"complete": None},
        {"types": 5},
        {"types": [None]},
        {"types": [[3, 50, 2, 8]]},
        {"types": [[-1, 50, 2, 8, []]]},
        {"types": [[3, 50, -2, 8, []]]},
        {"types": [[3, 50, 2, 8, [["app", 1]]]]},
        {"types": [[3, 50, 2, 8, [[0, -1]]]]},
        {"types": [[1 << 40, 50, 2, 8, []]]},
        {"sites": [[4, 9, 0, 1, []]]},
        {"sites": [[-1, 9, 0, 1, [], []]]},
        {"sites": [[4, 9, 0, 1, [], [[-1, 1]]]]},
        {"sites": [[4, 9, 0, 1, [], [[1 << 40, 1]]]]},
        {"sites": [[1 << 40, 9, 0, 1, [], []]]},
    ],
    ids=str,
)
def test_wrong_fields_are_damaged(reader: OwnersReader, fields: dict[str, Any]) -> None:
    """Each field is checked, and nothing of the record is kept."""
    whole: dict[str, Any] = {"complete": True, "types": [], "sites": []}
    with pytest.raises(DamagedRecord):
        reader.take(record("owners", **(whole | fields)))
    assert reader.facts() is None
