"""A test is called again before anything is said against it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest

from memprof.testing import judging
from memprof.testing.again import Failed
from memprof.testing.asked import Asked
from memprof.testing.judged import Judged
from memprof.testing.judging import Question, judge
from memprof.testing.known import KnownLeaks
from memprof.testing.spans import Spans

if TYPE_CHECKING:
    from memprof.agent.tally import Tally

KEPT: list[object] = []


class Counted:
    """A tally that counts the items in KEPT alone, each by the span it was kept in."""

    exact = True

    def __init__(self) -> None:
        """Begin with no span."""
        self.number = 0
        self.peaks = 0

    def begin(self) -> int:
        """Return the number of a new span."""
        self.number += 1
        return self.number

    begin_test = begin

    def go_on(self, _number: int) -> None:
        """Do nothing: what is kept says itself in which span."""

    def left(self, number: int) -> bool:
        """Tell whether anything of that span is there."""
        return any(getattr(one, "span", None) == number for one in KEPT)

    def blocks(self, number: int) -> int:
        """Return how many items of that span are there."""
        return sum(getattr(one, "span", None) == number for one in KEPT)

    def tidy(self, collect: Callable[[], object] | None = None) -> None:
        """Collect as asked."""
        if collect is not None:
            collect()

    def most(self) -> int:
        """Return what was said to be the peak."""
        return self.peaks


class One:
    """Something to keep, which knows its span."""

    def __init__(self, span: int) -> None:
        """Of that span."""
        self.span = span


COUNTED = Counted()


def spans() -> Spans:
    """Return the spans of a test that was called once."""
    return Spans(cast("Tally", COUNTED))


@pytest.fixture(autouse=True)
def _let_go() -> None:
    KEPT.clear()
    COUNTED.peaks = 0


def asked(*, grows: bool = True, takes: bool = False, limit_s: float = 30.0) -> Question:
    """Return a question."""
    return Question("test", Asked(limit_bytes=100_000, calls=4), grows, takes, limit_s)


def keep() -> None:
    """Keep one more."""
    KEPT.append(One(COUNTED.number))


def take() -> None:
    """Take a good deal for a moment."""
    COUNTED.peaks = 200_000


def kept_once() -> Spans:
    """Return the spans of a test that was called once and kept something."""
    first = spans()
    keep()
    return first


def test_what_keeps_nothing_is_called_once_more() -> None:
    calls: list[int] = [0]

    def nothing() -> None:
        calls[0] += 1

    first = spans()
    keep()
    assert judge(nothing, asked(), first, KnownLeaks()) == Judged("CLEAN")
    assert calls == [1]


def test_what_takes_the_place_of_another_is_no_leak() -> None:
    def replace() -> None:
        KEPT.clear()
        keep()

    first = spans()
    keep()
    assert not judging.keeps(replace, first)
    assert len(first.numbers) == 2


def test_what_comes_and_goes_is_no_leak() -> None:
    def wave() -> None:
        keep()
        if len(KEPT) == 4:
            KEPT.clear()

    first = spans()
    keep()
    assert not judging.keeps(wave, first)


def test_of_a_net_count_one_call_that_leaves_nothing_may_be_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(COUNTED, "exact", False)
    first = spans()
    keep()
    assert not judging.keeps(lambda: None, first)
    assert len(first.numbers) == 3


def test_what_keeps_more_each_time_fails_with_all_that_is_known() -> None:
    judged = judge(keep, asked(), kept_once(), KnownLeaks())
    assert judged.verdict == "LEAK"
    assert "test_judging.KEPT" in judged.failure


def test_what_takes_too_long_is_not_judged() -> None:
    judged = judge(keep, asked(limit_s=0.0), kept_once(), KnownLeaks())
    assert (judged.verdict, judged.failure) == ("INCONCLUSIVE", "")
    assert "too long to be called 17 times" in judged.note


def test_what_fails_when_it_is_called_again() -> None:
    def fails() -> None:
        message = "failed in its call: no"
        raise Failed(message)

    judged = judge(fails, asked(), spans(), KnownLeaks())
    assert judged == Judged("INCONCLUSIVE", "called again it failed in its call: no")


def test_the_peak() -> None:
    assert judge(lambda: None, asked(grows=False, takes=True), spans(), KnownLeaks()) == Judged()
    judged = judge(take, asked(grows=False, takes=True), spans(), KnownLeaks())
    assert judged.verdict == "LIMIT"
    assert judged.failure == "LIMIT: it takes 195 KiB, and may take 97.7 KiB\n"
