"""What grew, and is neither accused nor cleared."""

from dataclasses import replace

import pytest
from support.facts import KIB, caching, facts, held, history, owned

from memprof.analysis.doubts import EXCHANGED, FILLS, LITTLE, PASSING, WAITING, YOUNG
from memprof.analysis.suspects import SuspectTable, analyse
from memprof.model.debt import Debt, DebtType
from memprof.model.objects import Type
from memprof.model.owners import Owned

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]


def kinds(found: SuspectTable) -> list[str]:
    """Return of which kind the doubt is, if there is one."""
    return [] if found.doubts.unsure is None else [found.doubts.unsure.kind]


@pytest.mark.parametrize(
    ("maxsize", "owner", "verdict"),
    [
        (4_000, None, "INCONCLUSIVE"),
        (1_000, None, "LEAK"),
        (None, None, "LEAK"),
        (4_000, "app.POOL[*]", "LEAK"),
    ],
)
def test_what_a_filling_cache_may_have_is_not_accused(
    maxsize: int | None, owner: str | None, verdict: str
) -> None:
    """A cache of 1,000 entries beside a line that grows; no engine says what holds its objects."""
    given = caching(facts([LEAK], counts=[[1_000 for _ in RUN]]), maxsize)
    found = analyse(given if owner is None else owned(given, (owner, 900)))
    assert found.verdict == verdict
    assert (found.doubts.filling is not None) == (verdict == "INCONCLUSIVE")


@pytest.mark.parametrize(
    ("little", "much", "verdict"),
    [
        (2, 90, "INCONCLUSIVE"),
        (2, 20, "LEAK"),
        (3, 135, "LEAK"),
        (1, 0, "INCONCLUSIVE"),
    ],
)
def test_a_little_of_all_growth_is_no_suspect_yet(little: int, much: int, verdict: str) -> None:
    """One line gains so many KiB a second, while others come to hold as much more and stop."""
    filled = [KIB * much * min(n, 25) for n in RUN]
    slow = [KIB * little * n for n in RUN]
    found = analyse(facts([slow, filled]))
    assert found.verdict == verdict
    assert (kinds(found) == [LITTLE]) == (verdict == "INCONCLUSIVE")


def test_beside_what_is_sure_a_little_is_shown() -> None:
    found = analyse(facts([[KIB * n for n in RUN], LEAK]))
    assert [row.growth_bytes for row in found.rows] == [31 * 10 * KIB, 31 * KIB]
    assert kinds(found) == []


def test_a_cache_explains_no_more_than_its_entries_may_keep() -> None:
    given = facts([LEAK], blocks=[[n * 300 for n in RUN]])
    assert analyse(caching(given, 4_000)).verdict == "INCONCLUSIVE"
    given = facts([LEAK], blocks=[[n * 400 for n in RUN]])
    assert analyse(caching(given, 4_000)).verdict == "LEAK"


@pytest.mark.parametrize(
    ("begins", "kept", "verdict"),
    [(17, 0, "LEAK"), (25, 0, "INCONCLUSIVE"), (25, 100, "LEAK")],
)
def test_what_came_late_and_went_by_the_end_is_not_accused(
    begins: int, kept: int, verdict: str
) -> None:
    series = [KIB * 20 * max(n - begins, 0) for n in RUN]
    found = analyse(facts([[*series[:-1], KIB * kept]]))
    assert found.verdict == verdict
    assert (kinds(found) == [PASSING]) == (verdict == "INCONCLUSIVE")


def test_what_is_ever_new_is_not_accused() -> None:
    """Of what it allocated early nothing is left."""
    looks = (*(None,) * 40, history(births={0: (*(0,) * 39, 900)}))
    found = analyse(facts([LEAK], history=looks))
    assert (found.verdict, kinds(found)) == ("INCONCLUSIVE", [YOUNG])


@pytest.mark.parametrize(
    ("gone", "verdict", "doubts"),
    [(10, "INCONCLUSIVE", [EXCHANGED]), (7, "LEAK", []), (0, "LEAK", [])],
)
def test_what_takes_the_place_of_something_is_not_accused(
    gone: int, verdict: str, doubts: list[str]
) -> None:
    """A table of 500 KiB, of which one line replaces what another had put there."""
    other = [500 * KIB - KIB * gone * n for n in RUN]
    found = analyse(facts([LEAK, other]))
    assert (found.verdict, kinds(found)) == (verdict, doubts)


def test_a_leak_that_is_small_beside_what_goes_is_one() -> None:
    found = analyse(facts([LEAK, [100_000 * KIB - KIB * 1_000 * n for n in RUN]]))
    assert found.verdict == "LEAK"


@pytest.mark.parametrize(
    ("rooms", "within", "verdict"),
    [
        ((4_096, 4_096), 900, "INCONCLUSIVE"),
        ((4_096, 4_096), 1_800, "LEAK"),
        ((4_096, 4_600), 900, "LEAK"),
        ((0, 0), 900, "LEAK"),
    ],
)
def test_what_fills_places_that_were_there_is_not_accused(
    rooms: tuple[int, int], within: int, verdict: str
) -> None:
    """A table that was made whole; and of each entry the one that it holds, or ever more."""
    looks = [
        held(
            {0: Owned(n, 0, 0, (("app.T[*]", n),), room), 1: Owned(m, 0, 0, (("app.T[*].at", m),))}
        )
        for n, m, room in ((450, 450, rooms[0]), (900, within, rooms[1]))
    ]
    given = facts([LEAK, [size // 2 for size in LEAK]], counts=[[5 for _ in RUN]])
    found = analyse(replace(given, owners_midway=looks[0], owners=looks[1]))
    assert found.verdict == verdict
    if verdict == "INCONCLUSIVE":
        assert kinds(found) == [FILLS]


@pytest.mark.parametrize(
    ("waiting", "kept", "verdict"),
    [(9_000, 100, "INCONCLUSIVE"), (1_000, 100, "LEAK"), (9_000, 4_000, "LEAK")],
)
def test_garbage_that_a_collection_may_take_is_not_accused(
    waiting: int, kept: int, verdict: str
) -> None:
    """Of a line's blocks so many were garbage at the end, and so many held."""
    made = facts([LEAK], blocks=[[200 * n for n in RUN]], counts=[[5 for _ in RUN]])
    given = owned(made, ("app.KEPT[*]", kept), total=kept)
    rows = (DebtType(0, waiting, "", ((0, 40), (None, 10))),)
    found = analyse(replace(given, debt=Debt(1, {0: waiting}, rows)))
    assert found.verdict == verdict
    assert kinds(found) == ([WAITING] if verdict == "INCONCLUSIVE" else [])


@pytest.mark.parametrize(
    ("name", "step", "verdict"),
    [("Conn", 100, "LEAK"), ("Conn", 5, "INCONCLUSIVE"), ("tuple", 100, "INCONCLUSIVE")],
)
def test_few_objects_without_a_line_are_little(name: str, step: int, verdict: str) -> None:
    given = facts([[0] * len(RUN)], counts=[[step * n for n in RUN]])
    types = (Type("builtins" if name == "tuple" else "app", name),)
    found = analyse(replace(given, objects=replace(given.objects, types=types)))
    assert (found.verdict, kinds(found)) == (verdict, [] if verdict == "LEAK" else [LITTLE])
