"""What rises though no line grows steadily."""

from dataclasses import replace

import pytest
from support.facts import KIB, facts

from memprof.analysis.floor import rising
from memprof.analysis.suspects import analyse

RUN = range(41)


def table(step: int) -> list[int]:
    """Return what a table has that is *step* KiB larger each time, and there up to thrice."""
    return [KIB * (500 + step * n) * (1 + n * n % 3) for n in RUN]


@pytest.mark.parametrize(
    ("step", "verdict"), [(10, "INCONCLUSIVE"), (1, "CLEAN"), (0, "CLEAN"), (-10, "CLEAN")]
)
def test_what_is_there_twice_now_and_then_rises_by_its_floor(step: int, verdict: str) -> None:
    """A table that is made anew, and larger, is at every other look there twice, or thrice."""
    found = analyse(facts([table(step)]))
    assert found.verdict == verdict
    assert (found.doubts.floor is not None) == (verdict == "INCONCLUSIVE")


def test_the_line_whose_floor_rose_most_is_named() -> None:
    steady = [KIB * 900 for _ in RUN]
    given = facts([steady, table(10)])
    rises = analyse(given).doubts.floor
    assert rises is not None
    assert rises.growth_bytes >= 200 * KIB
    assert rises.frame == given.allocations.sites[1][0]


def test_beside_what_has_a_row_nothing_is_said() -> None:
    found = analyse(facts([table(10), [KIB * 10 * n for n in RUN]]))
    assert (found.verdict, found.doubts.floor) == ("LEAK", None)


@pytest.mark.parametrize("looks", [(), (0,), (0, 40), (0, 20, 40)])
def test_of_few_looks_at_the_lines_enough_is_known(looks: tuple[int, ...]) -> None:
    given = facts([table(10)])
    seen = analyse(given).sites
    rises = rising(given, replace(seen, indices=looks))
    assert (rises is not None) == (len(looks) > 1)
