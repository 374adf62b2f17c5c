"""What grew, and is neither accused nor cleared."""

import pytest
from support.facts import KIB, caching, facts, owned

from memprof.analysis.suspects import analyse

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]


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
    assert (found.doubts.little is not None) == (verdict == "INCONCLUSIVE")


def test_beside_what_is_sure_a_little_is_shown() -> None:
    found = analyse(facts([[KIB * n for n in RUN], LEAK]))
    assert [row.growth_bytes for row in found.rows] == [31 * 10 * KIB, 31 * KIB]
    assert found.doubts.little is None


def test_a_cache_explains_no_more_than_its_entries_may_keep() -> None:
    given = facts([LEAK], blocks=[[n * 300 for n in RUN]])
    assert analyse(caching(given, 4_000)).verdict == "INCONCLUSIVE"
    given = facts([LEAK], blocks=[[n * 400 for n in RUN]])
    assert analyse(caching(given, 4_000)).verdict == "LEAK"


@pytest.mark.parametrize(
    ("begins", "kept", "verdict"),
    [(10, 0, "LEAK"), (25, 0, "INCONCLUSIVE"), (25, 100, "LEAK")],
)
def test_what_came_late_and_went_by_the_end_is_not_accused(
    begins: int, kept: int, verdict: str
) -> None:
    series = [KIB * 20 * max(n - begins, 0) for n in RUN]
    found = analyse(facts([[*series[:-1], KIB * kept]]))
    assert found.verdict == verdict
    assert (found.doubts.passing is not None) == (verdict == "INCONCLUSIVE")
