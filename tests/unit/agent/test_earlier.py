"""Counts that are kept with their times, and which of them are asked for."""

import pytest

from memprof.agent.earlier import Earlier


def kept(*times_ns: int) -> Earlier:
    """Return one that was given its times as counts."""
    earlier = Earlier()
    for at_ns in times_ns:
        earlier.keep(at_ns, at_ns)
    return earlier


@pytest.mark.parametrize(
    ("ran_ns", "found"),
    [
        (20, (None, False)),  # the first came later
        (60, (20, True)),  # warm from 12 on
        (100, (20, True)),
        (110, (40, True)),
        (205, (80, True)),
        (500, (80, False)),  # warm from 100 on: the last before
    ],
)
def test_what_was_first_counted_when_it_was_warm(ran_ns: int, found: tuple[object, bool]) -> None:
    assert kept(20, 40, 80).since_warm(ran_ns) == found


def test_nothing_was_kept() -> None:
    assert Earlier().since_warm(10) == (None, False)


def test_what_nobody_can_ask_for_is_dropped() -> None:
    """A run that lasted 100 is warm at 20 or later."""
    earlier = kept(1, 2, 10, 20, 30, 100)
    assert len(earlier._kept) == 2 * len([20, 30, 100])  # noqa: SLF001
    assert earlier.since_warm(100) == (20, True)
