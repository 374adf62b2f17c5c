"""The walk in Python reaches each object once, by the best name, and stops in time."""

from collections import deque
from time import perf_counter_ns
from typing import Any

from memprof.agent.walking import Walk


class Held:
    """What is wanted."""


def number_of(cls: type) -> int:
    """Return 1 for the class that is wanted."""
    return int(cls is Held)


def walked(names: dict[str, Any], seconds: int = 60) -> Walk:
    """Walk from the module `app`, whose globals are *names*."""
    walk = Walk(number_of, [1], [None], perf_counter_ns() + seconds * 10**9)
    walk.go(["app", names], [], [globals()], [])
    return walk


def test_the_first_of_two_paths_counts() -> None:
    held = Held()
    walk = walked({"deep": {"one": [held]}, "near": held})
    assert walk.complete
    assert walk.shapes.owners(0)[0] == ("app.near", 1)


def test_what_was_made_elsewhere_waits() -> None:
    walk = walked({"__name__": "app", "walked": walked, "held": [Held()]})
    assert ("app.held[*]", 1) in walk.shapes.owners(0)


def test_a_deque_says_its_limit() -> None:
    walk = walked({"last": deque([Held()], maxlen=9), "every": deque([Held()])})
    assert sorted(walk.shapes.owners(0)) == [("app.every[*]", 1), ("app.last[* of 9]", 1)]


def test_a_late_walk_is_not_complete() -> None:
    assert not walked({"held": [Held()]}, seconds=-1).complete
