"""Which counters grow: enough, steadily, in blocks or in the bytes of a few."""

from dataclasses import replace

from support.facts import KIB, facts

from memprof.analysis.growth import Growing, growing_sites, growing_types
from memprof.analysis.judged import judged, warm_up

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
FILL = [KIB * 100 * min(n, 14) for n in RUN]
SAW = [KIB * 100 * (n % 8) for n in RUN]
FLAT = [KIB * 500 for _ in RUN]
SMALL = [100 * n for n in RUN]


def _sites(sizes: list[list[int]], blocks: list[list[int]] | None = None) -> list[Growing]:
    given = facts(sizes, blocks)
    return growing_sites(given, judged(given, RUN, warm_up(given)))


def test_a_leak_is_found_among_the_honest() -> None:
    (found,) = _sites([FILL, LEAK, SAW, FLAT, SMALL])
    assert found.number == 1
    assert found.judged_on == 1
    assert found.growths[0] == (39 - 8) * 10 * KIB


def test_a_single_block_that_grows_is_found_by_its_bytes() -> None:
    (found,) = _sites([LEAK], [[1] * len(RUN)])
    assert found.judged_on == 0


def test_a_share_too_small_is_left_alone() -> None:
    large = [100 * size for size in LEAK]
    slow = [KIB * n for n in RUN]
    assert [one.number for one in _sites([large, slow])] == [0]
    assert [one.number for one in _sites([slow])] == [0]


def test_types_grow_by_count() -> None:
    given = facts(counts=[[2 * n for n in RUN], list(RUN), [60 * (n % 9) for n in RUN]])
    assert [one.number for one in growing_types(given, judged(given, RUN, warm_up(given)))] == [0]


def test_too_few_snapshots_find_nothing() -> None:
    given = facts([[KIB * 100 * n for n in range(6)]])
    assert growing_sites(given, judged(given, range(6), warm_up(given))) == []


def test_what_is_still_there_at_the_end_is_kept() -> None:
    (found,) = _sites([[*LEAK[:-1], 0]])
    assert found.kept == 0


def test_what_is_gone_by_the_next_moment_does_not_count() -> None:
    """At every seventh moment the old block and the new one are both there."""
    sizes = [10 * KIB * n * (2 if n % 7 == 0 else 1) for n in RUN]
    given = facts([sizes], [[2 if n % 7 == 0 else 1 for n in RUN]])
    (found,) = growing_sites(given, judged(given, RUN, warm_up(given)))
    assert found.judged_on == 0
    assert found.trend.drawdown == 0
    moments = [
        one if number % 8 == 0 else replace(one, allocated_blocks=None)
        for number, one in enumerate(given.snapshots)
    ]
    given = replace(given, snapshots=tuple(moments))
    (found,) = growing_sites(given, judged(given, RUN, warm_up(given)))
    assert found.judged_on == 0
    assert max(found.columns[1]) == 1
