"""Rounds: how often a function is called, and that the loop itself costs nothing."""

from pathlib import Path

import pytest
from unit.agent.isolated import isolated

from memprof.agent.rounds import ROUNDS, WARM_UP, Rounds, repeated

CLEAN = """
    import json, re
    from memprof.agent.rounds import Rounds, repeated

    def nothing():
        pass

    def dumps():
        json.dumps({"a": [1, 2.5, None]})

    def compiles():
        re.compile("a+b").match("aab")

    def cycle():
        one = []
        one.append(one)

    for function in (nothing, dumps, compiles, cycle):
        rounds = Rounds(repeated(function, ()), True)
        calls = rounds.warm_up(50, 10**9)
        print(calls, [rounds.take(calls) for _ in range(2)])
"""


def test_a_clean_function_costs_exactly_nothing(tmp_path: Path) -> None:
    assert isolated(CLEAN, tmp_path) == "50 [[], []]\n" * 4


def test_calls_are_counted() -> None:
    calls: list[int] = []
    rounds = Rounds(calls.append, clear=False)
    assert rounds.warm_up(8, 10**9) == 8
    assert rounds.made == sum(calls) == WARM_UP * 8
    rounds.take(16)
    assert rounds.made == sum(calls) == WARM_UP * 8 + ROUNDS * 16


def test_a_slow_function_is_called_once_in_a_round() -> None:
    rounds = Rounds(lambda _calls: None, clear=False)
    assert rounds.warm_up(50, 0) == 1
    assert rounds.made == WARM_UP


def test_something_more_is_emptied_for_a_while() -> None:
    emptied = []
    rounds = Rounds(lambda _calls: None, clear=False)
    with rounds.emptying(lambda: emptied.append(1)):
        assert len(emptied) == 1
        rounds.round(1)
    rounds.round(1)
    assert len(emptied) == 2


def test_an_exception_is_not_touched() -> None:
    def fails() -> None:
        message = "mine"
        raise ValueError(message)

    with pytest.raises(ValueError, match="mine"):
        Rounds(repeated(fails, ()), clear=True).warm_up(5, 10**9)
