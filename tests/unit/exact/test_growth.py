"""The assertion, in this very process: quiet if nothing stays, telling if something does."""

import asyncio
import contextlib
import queue
import traceback
import warnings
from typing import Any

import pytest

import memprof
from memprof.analysis.rounds import Growth
from memprof.errors import GrowthError
from memprof.exact import growth
from memprof.exact.growth import GrowthWarning, assert_no_growth, measure, no_growth

KEPT: list[object] = []


class Session:
    """Something that is kept."""


def keep() -> None:
    """Keep one more."""
    KEPT.append(Session())


async def keep_later() -> None:
    """Keep one more, awaited."""
    await asyncio.sleep(0)
    KEPT.append(Session())


@pytest.fixture(autouse=True)
def _let_go() -> None:
    KEPT.clear()


def test_nothing_stays() -> None:
    found = assert_no_growth(dict, [(1, 2)])
    assert (found.verdict, found.strengths) == ("CLEAN", ())
    assert found.facts.made == 9 * growth.CALLS


@pytest.mark.parametrize("asked", [{"calls": calls} for calls in (0, -1, 2.5, "5")], ids=str)
def test_calls_are_a_number_of_them(asked: dict[str, Any]) -> None:
    said = f"calls={asked['calls']!r}: of a round they are a whole number"
    with pytest.raises(ValueError, match=said):
        assert_no_growth(keep, **asked)
    assert KEPT == []


def test_something_stays() -> None:
    with pytest.raises(GrowthError, match=r"\+1\.00 .*Session") as raised:
        assert_no_growth(keep, calls=10)
    assert isinstance(raised.value, AssertionError)
    text = str(raised.value)
    line = keep.__code__.co_firstlineno + 2
    assert f"{__file__}:{line} keep" in text.replace("\n    ", " ")
    assert ".KEPT, a list: +1.00 items per call" in text.replace("\n    ", " ")
    found = raised.value.growth
    assert isinstance(found, Growth)
    assert found.strengths[0].per_call == 1.0


def test_a_coroutine_function_is_awaited() -> None:
    with pytest.raises(GrowthError, match="Session"):
        assert_no_growth(keep_later, calls=10)


def test_inside_a_loop_too() -> None:
    async def ask() -> str:
        return measure(keep_later, calls=10).verdict

    assert asyncio.run(ask()) == "LEAK"


def test_what_the_function_raises_is_its_own() -> None:
    def fails() -> None:
        message = "mine"
        raise ValueError(message)

    with pytest.raises(ValueError, match="mine") as raised:
        assert_no_growth(fails)
    assert traceback.extract_tb(raised.value.__traceback__)[-1].name == "fails"
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_the_decorator_calls_with_what_it_gets() -> None:
    seen: set[tuple[object, ...]] = set()

    @no_growth
    def plain(*args: object, **keywords: object) -> None:
        seen.add((*args, *keywords.items()))

    @no_growth(calls=5)
    def keeps() -> None:
        keep()

    plain(1, key=2)
    assert seen == {(1, ("key", 2))}
    assert plain.__name__ == "plain"
    with pytest.raises(GrowthError, match=r"rounds of 40 calls"):
        keeps()


def test_what_cannot_be_told_is_warned_of() -> None:
    with pytest.warns(GrowthWarning, match="INCONCLUSIVE"):
        assert assert_no_growth(keep, calls=5, limit_s=0).verdict == "INCONCLUSIVE"


def test_a_warning_is_no_error_of_a_clean_function() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_no_growth(len, "abc", limit_s=0)


def test_names_load_when_they_are_asked_for() -> None:
    module: Any = memprof
    assert module.assert_no_growth is assert_no_growth
    assert set(memprof.__all__) <= set(dir(memprof))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = module.nothing


def test_a_slow_function_that_keeps_something_now_and_then_is_not_clean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[None] = []

    def slow() -> None:
        with contextlib.suppress(queue.Empty):
            queue.Queue[int]().get(timeout=0.03)
        made.append(None)
        if len(made) % 3 == 0:
            KEPT.append(Session())

    with pytest.warns(GrowthWarning, match="too slow to be called often enough"):
        found = assert_no_growth(slow, limit_s=0.1)
    assert found.verdict == "INCONCLUSIVE"
    assert found.facts.few
    monkeypatch.setattr(growth, "FEWEST_CALLS", 2)
    assert not measure(slow, limit_s=0.1).facts.few


def test_as_many_calls_as_were_asked_for() -> None:
    def slow() -> None:
        with contextlib.suppress(queue.Empty):
            queue.Queue[int]().get(timeout=0.002)

    found = measure(slow, calls=3)
    assert [one.calls for one in found.facts.sets] == [3]
    assert found.facts.made == 27
