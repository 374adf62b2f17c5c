"""Names: ids, the gaps that lost records leave, strings."""

import pytest
from support.captures import record

from memprof.capture.fields import DamagedRecord
from memprof.capture.names import LOST, MAX_IDS, Ids, Strings


def test_a_gap_is_lost_ids() -> None:
    """Ids that were never declared are lost, and what follows keeps its number."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["a"]))
    strings.take(record("strings", first=3, texts=["d"]))
    assert [strings[number] for number in (0, 1, 2, 3, 4, -1)] == ["a", LOST, LOST, "d", LOST, LOST]


def test_an_id_is_declared_once() -> None:
    """A record that declares ids again is damaged."""
    strings = Strings(1_000)
    strings.take(record("strings", first=0, texts=["a", "b"]))
    with pytest.raises(DamagedRecord):
        strings.take(record("strings", first=1, texts=["c"]))
    assert strings[1] == "b"


def test_lost_ids_are_bounded_by_the_file() -> None:
    """A small file cannot ask for a large table."""
    ids = Ids(file_bytes=1_000)
    with pytest.raises(DamagedRecord):
        ids.declare(1_000_000, 1)
    with pytest.raises(DamagedRecord):
        ids.reach(1_000_000)
    with pytest.raises(DamagedRecord):
        Ids(file_bytes=1 << 40).declare(0, MAX_IDS + 1)


def test_an_id_spoken_of_counts() -> None:
    """The table reaches as far as records speak of it."""
    ids = Ids(file_bytes=1_000)
    ids.declare(0, 3)
    ids.reach(-1)
    ids.reach(1)
    assert len(ids) == 3
    ids.reach(6)
    assert len(ids) == 7
    assert ids.declared == 3


@pytest.mark.parametrize("texts", [None, "abc", [1], ["a", None]])
def test_strings_are_strings(texts: object) -> None:
    """Texts of another type are damaged."""
    with pytest.raises(DamagedRecord):
        Strings(1_000).take(record("strings", first=0, texts=texts))
