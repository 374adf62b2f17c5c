"""All limits, and the one there is where nobody sets any."""

from support.verdicts import limits

from memprof.gate import budget
from memprof.gate.limit import WORDS


def test_without_any_limit_a_suspect_is_one_too_many() -> None:
    assert budget.budget([], others=False) == (budget.DEFAULT,)
    assert budget.DEFAULT.name == budget.MAX_SUSPECTS
    assert budget.DEFAULT.most == 0


def test_any_limit_takes_the_place_of_the_default() -> None:
    (only,) = limits(max_rss="1MiB")
    assert only.name == budget.MAX_RSS


def test_a_baseline_is_limit_enough() -> None:
    assert budget.budget([], others=True) == ()


def test_the_order_is_always_the_same() -> None:
    one = limits(max_gc_share="5%", max_rss="1MiB")
    assert one == limits(max_rss="1MiB", max_gc_share="5%")
    assert [limit.name for limit in one] == [budget.MAX_RSS, budget.MAX_GC_SHARE]


def test_every_unit_can_be_written() -> None:
    assert set(budget.UNITS.values()) | set(budget.STATS.values()) <= set(WORDS)
    assert set(budget.TOLERANCES) == set(budget.STATS)
