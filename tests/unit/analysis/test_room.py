"""What grew, in places that were there before."""

import pytest

from memprof.analysis.held import Earlier, Held
from memprof.analysis.room import fills, hangs_on

FULLER = (400, 1_000), (900, 1_000)
"""Of a table so many of so many places, midway and at the end."""


def _held(
    midway: tuple[int, int],
    end: tuple[int, int],
    *,
    total: int | None = None,
    path: str = "app.T[*]",
) -> Held:
    objects, room = end
    owners = ((path, objects),)
    return Held(None, owners, total or objects, 0, 0, room=room, earlier=Earlier(*midway))


@pytest.mark.parametrize(
    ("midway", "end"),
    [FULLER, ((0, 4_096), (50, 4_096)), ((400, 1_000), (900, 1_050)), ((400, 1_000), (900, 951))],
)
def test_a_table_that_was_there_fills(midway: tuple[int, int], end: tuple[int, int]) -> None:
    assert fills(_held(midway, end))


@pytest.mark.parametrize(
    ("midway", "end"),
    [
        # As many places came as objects; or there is no telling.
        ((400, 400), (900, 900)),
        ((400, 1_000), (900, 1_060)),
        ((400, 2_000), (900, 1_940)),
        ((400, 0), (900, 0)),
        # Nothing much came.
        ((860, 1_000), (900, 1_000)),
        ((1_000, 1_000), (900, 1_000)),
        # More is there than has room.
        ((400, 800), (900, 800)),
    ],
)
def test_what_gets_new_places_does_not(midway: tuple[int, int], end: tuple[int, int]) -> None:
    assert not fills(_held(midway, end))


def test_a_table_explains_what_it_holds_most_of() -> None:
    assert fills(_held(*FULLER, total=1_100))
    assert not fills(_held(*FULLER, total=1_200))


def test_where_one_look_says_nothing_nothing_fills() -> None:
    assert not fills(Held(None, (("app.T[*]", 900),), 900, 0, 0, room=1_000))
    assert not fills(Held(None, (), 900, 0, 0, earlier=Earlier(1, 1_000)))


@pytest.mark.parametrize(
    ("path", "midway", "end", "hangs"),
    [
        ("app.T[*].at", 400, 900, True),
        ("app.T[*][*]", 2_000, 4_500, True),
        ("app.T[*].log[*]", 400, 1_800, False),
        ("app.T[*]", 400, 900, False),
        ("app.U[*].at", 400, 900, False),
    ],
)
def test_what_its_entries_hold_as_much_of_hangs_on_them(
    path: str, midway: int, end: int, *, hangs: bool
) -> None:
    table = _held(*FULLER)
    assert hangs_on(_held((midway, 0), (end, 0), path=path), table) == hangs


def test_a_name_that_begins_alike_is_another() -> None:
    table = _held(*FULLER, path="app.T")
    assert hangs_on(_held((400, 0), (900, 0), path="app.T.at"), table)
    assert not hangs_on(_held((400, 0), (900, 0), path="app.Tables"), table)


def test_nothing_hangs_on_what_was_not_seen_before() -> None:
    entry = _held((400, 0), (900, 0), path="app.T[*].at")
    assert not hangs_on(entry, Held(None, (("app.T[*]", 900),), 900, 0, 0))
    assert not hangs_on(Held(None, (), 900, 0, 0), _held(*FULLER))
    assert not hangs_on(entry, _held((0, 1_000), (900, 1_000)))
