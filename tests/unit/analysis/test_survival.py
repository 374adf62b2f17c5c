"""How much of what was allocated early is still alive."""

from dataclasses import replace

import pytest
from support.facts import SECOND_NS, facts, history

from memprof.analysis.history import SiteHistory, latest
from memprof.analysis.survival import survival


def _looked(*births: tuple[int, ...]) -> SiteHistory | None:
    """Return what a closer look says of sites with these live blocks by second."""
    given = facts([[0] * 2] * len(births))
    look = history(births=dict(enumerate(births)))
    return latest(replace(given, history=(None, look)))


def _share(*births: int, since_s: int = 0) -> float | None:
    found = survival(_looked(births), 0, since_s * SECOND_NS, len(births) * SECOND_NS)
    return None if found is None else found.share


def test_a_leak_keeps_what_is_old() -> None:
    assert _share(100, 100, 100, 100) == 1
    # More of the old than of the young is no more than all.
    assert _share(200, 200, 100, 100) == 1


def test_a_buffer_keeps_what_is_young() -> None:
    assert _share(0, 0, 100, 100) == 0
    assert _share(20, 20, 100, 100) == pytest.approx(0.2)


def test_steps_are_growth_too() -> None:
    assert _share(300, 0, 0, 300, 0, 0) == pytest.approx(1)


def test_what_was_born_before_does_not_count() -> None:
    assert _share(0, 0, 50, 50, 50, since_s=2) == 1


def test_rates_are_blocks_a_second() -> None:
    found = survival(_looked((10, 20, 30)), 0, 0, 5 * SECOND_NS)
    assert found is not None
    assert found.rates == pytest.approx((10, 20, 10))


@pytest.mark.parametrize("births", [(5, 5), (0, 0, 0, 0)], ids=["too few epochs", "no births"])
def test_too_little_to_tell_is_none(births: tuple[int, ...]) -> None:
    assert _share(*births) is None


def test_what_nobody_looked_at_is_none() -> None:
    assert survival(None, 0, 0, SECOND_NS) is None
    assert survival(latest(facts([[1, 2]])), 0, 0, SECOND_NS) is None
    assert survival(_looked((1, 1, 1)), 7, 0, SECOND_NS) is None
