"""Lost references: only those of after the warm-up are held against a program."""

import pytest
from support.facts import SECOND_NS, facts

from memprof.analysis import lost
from memprof.analysis.judged import WarmUp
from memprof.analysis.suspect import Suspect
from memprof.model.refcounts import LostReferences, RefCounts

WARM = WarmUp(10 * SECOND_NS, (), 0)


def _rows(
    looks: tuple[tuple[int, int], ...],
    references: int = 50_000,
    pointers: int = 20,
    name: str = "app.take",
) -> list[Suspect]:
    """Return the suspects of one object, whose *looks* are in seconds."""
    seen = tuple((at_s * SECOND_NS, count) for at_s, count in looks)
    one = LostReferences(0, name, references, pointers, seen)
    given = facts(number=41, counts=[[1] * 41], refcounts=RefCounts((), (), {}, (one,)))
    return lost.rows(given, WARM)


def test_what_is_lost_steadily_is_a_leak() -> None:
    (row,) = _rows(((0, 0), (9, 11_000), (20, 25_000), (30, 40_000)))
    assert (row.verdict, row.growth_objects, row.growth_bytes) == ("LEAK", 39_000, None)
    assert row.series == (11_000, 25_000, 40_000, 50_000)
    assert row.objects_per_s == pytest.approx(39_000 / 31)
    assert row.lost is not None


def test_of_a_short_run_the_start_is_enough() -> None:
    """Fewer than a thousand are not told apart."""
    (row,) = _rows(((0, 0),))
    assert row.growth_objects == 49_000


@pytest.mark.parametrize(
    ("looks", "references", "pointers"),
    [
        (((0, 0), (9, 49_500), (20, 50_000)), 50_000, 20),
        (((12, 2_000), (20, 30_000)), 50_000, 20),
        ((), 50_000, 20),
        (((0, 0),), 50_000, 49_100),
        (((0, 80_000),), 50_000, 20),
    ],
    ids=["at-import", "nobody-looked-before", "nobody-looked", "held", "given-back"],
)
def test_what_is_not_lost_since_is_none(
    looks: tuple[tuple[int, int], ...], references: int, pointers: int
) -> None:
    assert _rows(looks, references, pointers) == []


def test_each_object_has_a_fingerprint_of_its_own() -> None:
    (one,) = _rows(((0, 0),))
    (same,) = _rows(((0, 2_000),), references=90_000)
    (other,) = _rows(((0, 0),), name="app.give")
    assert one.fingerprint == same.fingerprint != other.fingerprint
