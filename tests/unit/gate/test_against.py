"""The limits that earlier runs set."""

import pytest
from support.verdicts import leaky

from memprof.gate import against, budget
from memprof.gate.figures import Gap
from memprof.model.past import Kind, Past

MIB = 1 << 20
KIND = Kind("main", "3.12", "linux", "app.py", "tracemalloc", 1)


def runs(*values: float, name: str = "max-rss") -> list[Past]:
    """Return a run for each of *values*."""
    return [Past(KIND, 1.0 * n, n, "", {name: value}) for n, value in enumerate(values)]


def test_too_few_runs_set_none() -> None:
    assert against.limits(runs(1, 2, 3)) == Gap("few-runs", counts=(3, 5))


def test_three_spreads_above_the_median() -> None:
    found = against.limits(runs(*(n * MIB for n in (100, 110, 120, 130, 140))))
    assert not isinstance(found, Gap)
    (limit,) = found
    assert (limit.name, limit.most) == ("max-rss", (120 + 3 * 10) * MIB)
    assert limit.source == "history, 5 runs"


def test_figures_that_hardly_vary_may_vary_a_little() -> None:
    assert against.most("max-rss", [100 * MIB] * 9) == pytest.approx(105 * MIB)
    assert against.most("max-live", [4096] * 9) == 4096 + 256 * 1024
    assert against.most("max-growth", [0.0] * 9) == 256 * 1024


def test_memory_that_fell_forbids_nobody_to_stand_still() -> None:
    assert against.most("max-growth", [-500 * MIB] * 9) == 256 * 1024
    assert against.most("max-growth", [-9 * MIB, -6 * MIB, -3 * MIB]) == 9 * MIB


def test_a_suspect_more_is_one_too_many() -> None:
    assert against.most("max-suspects", [0] * 9) == 0


def test_one_wild_run_does_not_decide() -> None:
    values = [n * MIB for n in (100, 101, 99, 100, 9000)]
    assert against.most("max-rss", values) == pytest.approx(105 * MIB)


def test_a_figure_too_few_runs_have_sets_no_limit() -> None:
    some = runs(1, 2, 3, 4, 5)
    assert not isinstance(against.limits(some), Gap)
    other = runs(1, 2, 3, name="max-live")
    found = against.limits([*some, *other])
    assert not isinstance(found, Gap)
    assert [one.name for one in found] == ["max-rss"]


def test_pauses_are_recorded_and_not_judged() -> None:
    assert set(against.JUDGED) < set(against.RECORDED) < set(budget.UNITS)
    assert "max-gc-pause" not in against.JUDGED


def test_a_whole_run_is_remembered_with_what_was_measured() -> None:
    found = against.past(leaky(), "main", "abc")
    assert isinstance(found, Past)
    assert found.kind == KIND
    assert found.figures["max-suspects"] == 1
    assert "max-gc-pause" not in found.figures


def test_half_a_run_is_not() -> None:
    found = against.past(leaky(complete=False), "main", "")
    assert isinstance(found, Gap)
    assert found.kind == "torn"
