"""How fast memory grows, and how sure that is."""

from dataclasses import replace

import pytest
from support.facts import facts, snapshots

from memprof.analysis import speed
from memprof.analysis.judged import warm_up
from memprof.analysis.speed import Speed, bounds, slopes_per_min

KIB = 1024


def of(live: list[int], engine: str = "tracemalloc") -> Speed:
    """Return the speed of a run that had *live* bytes, or RSS, second by second."""
    made = facts([live])
    if engine == "off":
        seen = tuple(
            replace(one, live_bytes=None, rss_bytes=size)
            for one, size in zip(snapshots(len(live)), live, strict=True)
        )
        made = replace(made, snapshots=seen)
    run = replace(made.run, settings=replace(made.run.settings, engine=engine))
    made = replace(made, run=run)
    return speed.analyse(made, warm_up(made))


def test_a_straight_line_is_told_by_the_minute() -> None:
    found = of([1000 * KIB + n * KIB for n in range(40)])
    assert found.of == speed.PYTHON
    assert found.per_min == found.low_per_min == found.high_per_min == pytest.approx(60 * KIB)
    assert found.growth_bytes == KIB * (found.span_ns // 1_000_000_000)


def test_what_levels_off_is_not_steady() -> None:
    assert of([1000 * KIB + n * KIB for n in range(40)]).steady
    assert not of([1000 * KIB + min(n, 22) * KIB for n in range(40)]).steady


def test_one_jump_is_no_speed() -> None:
    found = of([1000] * 25 + [9_000_000] + [1000] * 14)
    assert found.per_min == 0


def test_what_is_unsteady_lies_between_far_bounds() -> None:
    saw = [10_000_000 + (n * 7919 % 13) * 100_000 for n in range(40)]
    found = of(saw)
    assert found.low_per_min is not None
    assert found.high_per_min is not None
    assert found.low_per_min < 0 < found.high_per_min


def test_without_an_engine_it_is_of_resident_memory() -> None:
    found = of([30_000_000 + n * 10_000 for n in range(40)], engine="off")
    assert found.of == speed.RESIDENT
    assert found.per_min == pytest.approx(600_000)


def test_too_few_snapshots_have_none() -> None:
    assert of([1, 2, 3, 4]).per_min is None
    none = speed.analyse(facts(), warm_up(facts()))
    assert none == Speed(speed.PYTHON, 0, None, None, None, 0, 0)


def test_bounds_hold_the_slope_and_widen_with_doubt() -> None:
    times = [n * 1_000_000_000 for n in range(20)]
    slopes = slopes_per_min(times, [n * 100 + (n % 3) * 50 for n in range(20)])
    low, high = bounds(slopes, 20)
    assert low < 6000 < high
    assert slopes == sorted(slopes)
    assert bounds([1.0], 2) == (1.0, 1.0)


def test_moments_that_are_one_have_no_slope() -> None:
    assert slopes_per_min([5, 5], [1, 2]) == []
