"""When a snapshot is due, and whether it can be paid: all from numbers, no clock."""

from typing import Any

import pytest

from memprof.agent.schedule import (
    BUSY_SHARE,
    CAPTURE_BYTES,
    CHEAP_NS,
    CREDIT_NS,
    FIRST_CHECKPOINTS,
    FIRST_INTERVAL_NS,
    FRESH,
    IDLE_SHARE,
    LAST_INTERVAL_NS,
    MIDWAY_FIRST_NS,
    MIDWAY_FREE_NS,
    MIDWAY_GROWN_SHARE,
    MIDWAY_LONGEST_NS,
    MIDWAY_SHARE,
    THINNING_COUNT,
    TICK_LONGEST_S,
    TICK_SHORTEST_S,
    Schedule,
)

SECOND_NS = 1_000_000_000
MIB = 1 << 20


def after_one(cost_ns: int = 1_000_000, interval_s: float | None = None) -> Any:  # noqa: ANN401
    """Return a schedule whose one snapshot ended at 1 s, of 1,000 blocks and 10 MiB."""
    schedule = Schedule(interval_s)
    schedule.taken(SECOND_NS, 0, cost_ns, 10 * MIB, 1_000, 0)
    return schedule


def test_an_adaptive_interval_is_a_share_of_the_run() -> None:
    schedule = Schedule(None)
    assert schedule.interval_ns(0) == FIRST_INTERVAL_NS
    assert schedule.interval_ns(20 * SECOND_NS) == 20 * SECOND_NS // 50
    assert schedule.interval_ns(10_000 * SECOND_NS) == LAST_INTERVAL_NS


def test_while_all_is_new_snapshots_are_rare() -> None:
    schedule = Schedule(None)
    schedule.found_new(fresh=True)
    assert schedule.interval_ns(0) == FRESH * FIRST_INTERVAL_NS
    schedule.found_new(fresh=False)
    assert schedule.interval_ns(0) == FIRST_INTERVAL_NS


def test_a_snapshot_is_due_when_the_interval_is_over() -> None:
    schedule = after_one()
    assert schedule.due(SECOND_NS + FIRST_INTERVAL_NS - 1, 10 * MIB) is None
    assert schedule.due(SECOND_NS + FIRST_INTERVAL_NS, 10 * MIB) == "interval"


def test_growth_makes_it_due_early_but_not_at_once() -> None:
    schedule = after_one()
    early, soon = SECOND_NS + FIRST_INTERVAL_NS // 4, SECOND_NS + 1
    assert schedule.due(early, 12 * MIB) == "growth"
    assert schedule.due(soon, 12 * MIB) is None
    # Less than a MiB, or less than a tenth, is no growth.
    assert schedule.due(early, 11 * MIB) is None


def test_a_fixed_interval_is_kept() -> None:
    schedule = after_one(interval_s=3.0)
    assert schedule.due(4 * SECOND_NS - 1, 0) is None
    assert schedule.due(4 * SECOND_NS, 0) == "interval"


def test_the_budget_is_a_share_of_what_the_target_used() -> None:
    schedule = after_one(cost_ns=CREDIT_NS)
    # The first second was idle, but no more than the credit is kept of it.
    used_ns = CREDIT_NS * BUSY_SHARE
    now_ns = SECOND_NS + used_ns
    little_ns = 10 * BUSY_SHARE
    assert not schedule.affords(now_ns - little_ns, used_ns - little_ns, 1_000)
    assert schedule.affords(now_ns, used_ns, 1_000)
    # A target that waits has more to spare.
    schedule = after_one(cost_ns=CREDIT_NS)
    waited_ns = CREDIT_NS * IDLE_SHARE
    assert not schedule.affords(SECOND_NS + waited_ns - 1_000_000, 0, 1_000)
    assert schedule.affords(SECOND_NS + waited_ns + 30, 0, 1_000)


def test_a_short_run_has_a_credit() -> None:
    schedule = Schedule(None)
    schedule.taken(1, 0, CREDIT_NS // 2, 0, 1_000, 0)
    assert schedule.affords(2, 0, 1_000)
    schedule.taken(3, 0, CREDIT_NS // 2, 0, 1_000, 0)
    assert not schedule.affords(4, 0, 1_000)


def test_what_is_saved_pays_for_two_snapshots_and_no_more() -> None:
    schedule = after_one(cost_ns=SECOND_NS)
    later_ns = 10_000 * SECOND_NS
    assert schedule.affords(later_ns, 0, 2_000)
    assert not schedule.affords(later_ns, 0, 2_001)


def test_what_is_larger_is_expected_to_cost_more() -> None:
    schedule = after_one(cost_ns=1_000_000)
    assert schedule.predicted_ns(3_000) == 3_000_000
    assert schedule.predicted_ns(10) == 1_000_000


def test_with_a_fixed_interval_half_the_time_may_go_into_snapshots() -> None:
    schedule = after_one(cost_ns=10_000_000, interval_s=0.001)
    assert not schedule.affords(SECOND_NS + 19_999_999, 0, 1_000)
    assert schedule.affords(SECOND_NS + 20_000_000, 0, 1_000)


def test_cheap_checkpoints_are_always_taken() -> None:
    schedule = after_one(cost_ns=10 * CHEAP_NS)
    for _ in range(FIRST_CHECKPOINTS):
        assert schedule.affords_checkpoint(SECOND_NS, 0, 1_000)
    assert not schedule.affords_checkpoint(SECOND_NS, 0, 1_000)
    schedule = after_one(cost_ns=CHEAP_NS)
    for _ in range(FIRST_CHECKPOINTS + 1):
        assert schedule.affords_checkpoint(SECOND_NS, 0, 1_000)
    # A larger one has to be paid for.
    assert not schedule.affords_checkpoint(SECOND_NS, 0, 2_000)
    assert schedule.affords_checkpoint(SECOND_NS * 100, 0, 2_000)


def test_after_a_thousand_checkpoints_the_cheap_ones_are_budgeted_too() -> None:
    schedule = after_one(cost_ns=1_000)
    assert all(schedule.affords_checkpoint(SECOND_NS, 0, 1) for _ in range(1_000))
    assert schedule.affords_checkpoint(SECOND_NS, 0, 1_000)
    schedule.taken(SECOND_NS, 0, CREDIT_NS, 0, 1_000, 0)
    assert not schedule.affords_checkpoint(SECOND_NS, 0, 1_000)


def test_an_estimate_that_forbids_checkpoints_does_not_stand_for_ever() -> None:
    schedule = after_one(cost_ns=20 * CHEAP_NS)
    taken = [schedule.affords_checkpoint(SECOND_NS, 0, 1_000) for _ in range(50)]
    assert not taken[0]
    assert taken[-1]


def test_many_snapshots_thin_out() -> None:
    schedule = Schedule(1.0)
    for _ in range(THINNING_COUNT):
        schedule.taken(0, 0, 1, 0, 1, 0)
    assert schedule.interval_ns(0) == 2 * SECOND_NS


def test_a_large_capture_thins_out() -> None:
    schedule = Schedule(1.0)
    schedule.taken(0, 0, 1, 0, 1, CAPTURE_BYTES // 16)
    assert schedule.interval_ns(0) == 2 * SECOND_NS
    schedule.taken(0, 0, 1, 0, 1, CAPTURE_BYTES // 16 + 1)
    assert schedule.interval_ns(0) == 2 * SECOND_NS


def test_a_skip_is_told_late_and_then_ever_more_seldom() -> None:
    schedule = after_one()
    told = [second for second in range(1, 200) if schedule.tells_skip((second + 1) * SECOND_NS)]
    assert told == [10, 20, 40, 80, 160]


def test_looks_at_garbage_are_a_tenth_of_the_run() -> None:
    schedule = Schedule(None)
    assert schedule.affords_extra(0)
    schedule.charge_extra(SECOND_NS)
    assert schedule.spent_ns == SECOND_NS
    assert not schedule.affords_extra(8 * SECOND_NS)
    assert schedule.affords_extra(9 * SECOND_NS)


@pytest.mark.parametrize(
    ("interval_s", "tick_s"), [(0.001, TICK_SHORTEST_S), (1.0, 0.25), (3600.0, TICK_LONGEST_S)]
)
def test_ticks_follow_the_interval_within_bounds(interval_s: float, tick_s: float) -> None:
    assert Schedule(interval_s).tick_s(0, ticks=4, watches=True) == pytest.approx(tick_s)


def test_who_has_nothing_to_see_before_sleeps_until_a_snapshot_is_due() -> None:
    schedule = after_one()
    until_due_s = FIRST_INTERVAL_NS / 1e9
    assert schedule.tick_s(SECOND_NS, ticks=1, watches=False) == pytest.approx(until_due_s)
    assert schedule.tick_s(SECOND_NS, ticks=4, watches=False) < until_due_s
    schedule = after_one(interval_s=3600.0)
    assert schedule.tick_s(SECOND_NS, ticks=1, watches=False) == TICK_LONGEST_S


@pytest.mark.parametrize("ticks", [1, 4])
def test_who_cannot_pay_sleeps_until_it_could(ticks: int) -> None:
    """A peak that is seen before could not be told."""
    schedule = after_one(cost_ns=CREDIT_NS + 1_000_000)
    late = SECOND_NS + FIRST_INTERVAL_NS
    lacking_ns = IDLE_SHARE * (2_000_000 + CREDIT_NS)
    asleep_s = schedule.tick_s(late, ticks, watches=False)
    assert asleep_s == pytest.approx(lacking_ns / 1e9)


def test_it_is_earned_as_it_was_of_late() -> None:
    """A busy process earns less in the same time, and is asked less often."""
    schedule = after_one(cost_ns=CREDIT_NS + 1_000_000)
    late_ns = SECOND_NS + FIRST_INTERVAL_NS
    assert not schedule.affords(late_ns, FIRST_INTERVAL_NS, 1_000)
    lacking_ns = 2_000_000 + CREDIT_NS - FIRST_INTERVAL_NS // BUSY_SHARE
    asked_again_s = schedule.tick_s(late_ns, ticks=1, watches=False)
    assert asked_again_s == pytest.approx(min(lacking_ns * BUSY_SHARE / 1e9, TICK_LONGEST_S), 0.01)


def test_who_cannot_pay_watches_all_the_same() -> None:
    schedule = after_one(cost_ns=CREDIT_NS + 1_000_000)
    late = SECOND_NS + FIRST_INTERVAL_NS
    often_s = FIRST_INTERVAL_NS / 4 / 1e9
    assert schedule.tick_s(late, ticks=4, watches=True) == pytest.approx(often_s)


def test_a_look_midway_is_due_when_the_run_has_doubled_and_paid_for_it() -> None:
    schedule = Schedule(None)
    assert schedule.affords_midway(MIDWAY_FIRST_NS, 0, MIDWAY_FREE_NS, 100)
    assert not schedule.affords_midway(MIDWAY_FIRST_NS, 0, MIDWAY_FREE_NS + 1, 100)
    assert not schedule.affords_midway(MIDWAY_FIRST_NS - 1, 0, 1, 100)
    schedule.taken_midway(SECOND_NS, MIDWAY_FREE_NS)
    assert not schedule.affords_midway(2 * SECOND_NS, 0, 1, 100)
    used_ns = MIDWAY_SHARE * MIDWAY_FREE_NS
    assert not schedule.affords_midway(2 * SECOND_NS, used_ns, 1, 100)
    assert schedule.affords_midway(2 * SECOND_NS, used_ns + MIDWAY_SHARE, 1, 100)
    assert not schedule.affords_midway(2 * SECOND_NS - 1, used_ns + MIDWAY_SHARE, 1, 100)
    hours_ns = 10**13
    assert schedule.affords_midway(hours_ns, hours_ns, MIDWAY_LONGEST_NS, 100)
    assert not schedule.affords_midway(hours_ns, hours_ns, MIDWAY_LONGEST_NS + 1, 100)
    # There is twice as much as at the first.
    assert schedule.affords_midway(2 * SECOND_NS, MIDWAY_GROWN_SHARE * (MIDWAY_FREE_NS + 1), 1, 200)
    schedule.begin_again(1)
    assert schedule.affords_midway(MIDWAY_FIRST_NS, 0, MIDWAY_FREE_NS, 100)
