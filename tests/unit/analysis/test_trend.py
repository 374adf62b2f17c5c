"""What a series does: leaks rise, caches fill, saws fall, flat lines stay."""

import math
from random import Random

import pytest
from support.facts import SECOND_NS

from memprof.analysis.trend import drawdown, mann_kendall, measure, theil_sen

SIXTY = tuple(second * SECOND_NS for second in range(60))


def test_a_leak_is_steady() -> None:
    values = [1000 + 50 * n for n in range(60)]
    trend = measure(SIXTY, values)
    assert trend.is_steady
    assert trend.growth == 59 * 50
    assert trend.rising == pytest.approx(1)
    assert trend.linearity == pytest.approx(1)
    assert trend.drawdown == 0
    assert theil_sen(SIXTY, values) == pytest.approx(50)


def test_a_noisy_leak_is_steady() -> None:
    chance = Random(7)  # noqa: S311  (no secret)
    assert measure(SIXTY, [100 * n + chance.randrange(400) for n in range(60)]).is_steady


def test_a_cache_that_fills_up_is_not() -> None:
    trend = measure(SIXTY, [min(n, 15) * 1000 for n in range(60)])
    assert not trend.is_steady
    assert trend.second_half == 0


def test_a_saw_is_not() -> None:
    assert not measure(SIXTY, [1000 * (n % 10) for n in range(60)]).is_steady


def test_a_flat_line_is_not() -> None:
    trend = measure(SIXTY, [5] * 60)
    assert not trend.is_steady
    assert (trend.z, trend.rising, trend.linearity) == (0, 0, 0)


def test_storage_that_grows_in_steps_is_steady() -> None:
    assert measure(SIXTY, [1024 * (1 + n // 12) for n in range(60)]).is_steady


def test_growth_in_one_jump_is_not_gradual() -> None:
    assert measure(SIXTY, [10 * n for n in range(60)]).is_gradual
    jump = measure(SIXTY, [n + 1000 * (n > 30) for n in range(60)])
    assert (jump.rises, jump.intervals, jump.largest_rise) == (59, 59, 1001)
    assert not jump.is_gradual
    assert not measure(SIXTY, [n // 25 for n in range(60)]).is_gradual
    assert measure(SIXTY, [n // 15 for n in range(60)]).is_gradual


def test_what_rose_and_slowed_down_is_levelling() -> None:
    fills = measure(SIXTY, [min(n, 35) * 100 + n for n in range(60)])
    assert fills.is_levelling
    assert not fills.is_steady
    leak = measure(SIXTY, [100 * n for n in range(60)])
    assert not leak.is_levelling
    # One jump at first and nothing more is no levelling off.
    assert not measure(SIXTY, [1000 * (n > 3) + n // 20 for n in range(60)]).is_levelling


def test_mann_kendall_without_ties_is_the_textbook_figure() -> None:
    z, tau = mann_kendall(range(10))
    assert tau == 1
    assert z == pytest.approx(44 / math.sqrt(10 * 9 * 25 / 18))
    assert mann_kendall(range(10, 0, -1)) == (-z, -1)


def test_mann_kendall_allows_for_ties() -> None:
    z, tau = mann_kendall([1, 1, 2, 2, 3, 3])
    variance = (6 * 5 * 17 - 3 * (2 * 1 * 9)) / 18
    assert z == pytest.approx(11 / math.sqrt(variance))
    assert tau == pytest.approx(12 / math.sqrt(15 * 12))


def test_drawdown_is_the_deepest_fall() -> None:
    assert drawdown([1, 9, 4, 10, 8]) == 5
    assert drawdown([3, 3]) == 0


def test_times_that_stand_still_give_no_slope() -> None:
    assert theil_sen((5, 5), (1, 2)) == 0
    assert measure((5, 5, 5), (1, 2, 3)).linearity == 0


def test_halves_are_of_time_not_of_snapshots() -> None:
    times = tuple(n * SECOND_NS for n in (0, 1, 2, 3, 4, 5, 20))
    trend = measure(times, [n // SECOND_NS for n in times])
    assert trend.first_half == pytest.approx(10)
    assert trend.second_half == pytest.approx(10)


def test_halves_are_of_the_time_since_it_began_to_grow() -> None:
    late = [0] * 20 + [*range(0, 100, 10)] + [100] * 9
    trend = measure(range(len(late)), late)
    assert trend.second_half < 0.5 * trend.first_half
    goes_on = [0] * 20 + [*range(0, 190, 10)]
    trend = measure(range(len(goes_on)), goes_on)
    assert trend.first_half == pytest.approx(trend.second_half)
