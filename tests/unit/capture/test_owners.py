"""Who owned what grew, as the end of a run tells it."""

from typing import Any

import pytest
from support.captures import record

from memprof.capture.allocations import Frames, Sites
from memprof.capture.fields import DamagedRecord
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.capture.owners import OwnersReader
from memprof.model.owners import Owned, OwnedSite, Owners

TYPE: list[Any] = [4, 50, 3, 7, [[0, 40]], 64]
SITE: list[Any] = [2, 50, 3, 7, [[0, 40]], 64, [[4, 30], [1, 20]]]
OWNED = Owned(50, 3, 7, (("app.POOL[*]", 40),), 64)


@pytest.fixture
def reader() -> OwnersReader:
    """Return a reader over one string."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["app.POOL[*]"]))
    return OwnersReader(Types(strings, 1_000), Sites(Frames(strings, 1_000), 1_000), strings)


def test_owners_are_by_type_and_by_site(reader: OwnersReader) -> None:
    """A site also says which types its objects are."""
    assert reader.facts() is None
    reader.take(record("owners", complete=True, types=[TYPE], sites=[SITE]))
    site = OwnedSite(OWNED, ((4, 30), (1, 20)))
    assert reader.facts() == Owners(complete=True, types={4: OWNED}, sites={2: site})
    assert reader.midway() is None


def test_what_was_found_midway_is_kept_apart(reader: OwnersReader) -> None:
    reader.take(record("owners", complete=True, midway=True, types=[TYPE], sites=[]))
    assert reader.facts() is None
    reader.take(record("owners", complete=False, midway=True, types=[], sites=[]))
    reader.take(record("owners", complete=True, midway=False, types=[TYPE], sites=[]))
    assert reader.facts() == Owners(complete=True, types={4: OWNED}, sites={})
    assert reader.midway() == Owners(complete=False, types={}, sites={})


@pytest.mark.parametrize("at", range(len(SITE)))
@pytest.mark.parametrize("wrong", [-1, None, "1", [[0]], [[-1, 2]], [[0, -1]], [[1 << 70, 1]]])
def test_rows_of_wrong_fields_are_damaged(reader: OwnersReader, at: int, wrong: object) -> None:
    """No field may be anything but what it is; the record is left out whole."""
    row = [*SITE[:at], wrong, *SITE[at + 1 :]]
    with pytest.raises(DamagedRecord):
        reader.take(record("owners", complete=True, types=[TYPE], sites=[row]))
    assert reader.facts() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"complete": 2},
        {"midway": 2},
        {"types": [TYPE[:-1]]},
        {"types": [SITE]},
        {"sites": [TYPE]},
        {"types": [[1 << 40, *TYPE[1:]]]},
        {"sites": [[1 << 40, *SITE[1:]]]},
        {"sites": [[*SITE[:5], [[1 << 40, 1]]]]},
        {"sites": None},
    ],
)
def test_wrong_fields_are_damaged(reader: OwnersReader, wrong: dict[str, Any]) -> None:
    """Rows of another length and ids out of range are damaged."""
    with pytest.raises(DamagedRecord):
        reader.take(record("owners", **{"complete": True, "types": [], "sites": [], **wrong}))
