"""A test is called again before anything is said against it."""

import pytest

from memprof.agent.tally import Tally
from memprof.testing import judging
from memprof.testing.again import Failed
from memprof.testing.asked import Asked
from memprof.testing.judging import Judged, Question, judge

KEPT: list[object] = []


class Counted(Tally):
    """A tally of the items in KEPT alone."""

    def __init__(self) -> None:
        """Count them."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.exact = False
        self.live = lambda: len(KEPT)


@pytest.fixture(autouse=True)
def _let_go() -> None:
    KEPT.clear()


def asked(*, grows: bool = True, takes: bool = False, limit_s: float = 30.0) -> Question:
    """Return a question."""
    return Question("test", Asked(limit_bytes=100_000, calls=4), grows, takes, limit_s)


def keep() -> None:
    """Keep one more."""
    KEPT.append(object())


def take() -> None:
    """Take a good deal for a moment."""
    bytes(200_000)


def test_what_keeps_nothing_is_not_called_in_rounds() -> None:
    calls: list[int] = [0]

    def once() -> None:
        calls[0] += 1
        if calls[0] == 1:
            keep()

    assert judge(once, asked(), Counted()) == Judged("CLEAN")
    assert calls == [3]


def test_what_comes_and_goes_is_no_leak() -> None:
    def wave() -> None:
        keep()
        if len(KEPT) == 3:
            KEPT.clear()

    assert not judging.keeps(wave, Counted())


def test_what_keeps_more_each_time_fails_with_all_that_is_known() -> None:
    judged = judge(keep, asked(), Counted())
    assert judged.verdict == "LEAK"
    assert "test_judging.KEPT" in judged.failure


def test_what_takes_too_long_is_not_judged() -> None:
    judged = judge(keep, asked(limit_s=0.0), Counted())
    assert (judged.verdict, judged.failure) == ("INCONCLUSIVE", "")
    assert "too long to be called 17 times" in judged.note


def test_what_fails_when_it_is_called_again() -> None:
    def fails() -> None:
        message = "failed in its call: no"
        raise Failed(message)

    judged = judge(fails, asked(), Counted())
    assert judged == Judged("INCONCLUSIVE", "called again it failed in its call: no")


def test_the_peak() -> None:
    assert judge(lambda: None, asked(grows=False, takes=True), Counted()) == Judged()
    judged = judge(take, asked(grows=False, takes=True), Counted())
    assert judged.verdict == "LIMIT"
    assert judged.failure == "LIMIT: it takes 195 KiB, and may take 97.7 KiB\n"
