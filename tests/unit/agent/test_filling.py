"""Caches of functools that fill are found by what they gained."""

import functools

from memprof.agent import filling


@functools.lru_cache(maxsize=10)
def bounded(number: int) -> int:
    """Return *number*."""
    return number


@functools.cache
def unbounded(number: int) -> int:
    """Return *number*."""
    return number


def test_what_each_gained() -> None:
    bounded.cache_clear()
    unbounded.cache_clear()
    before = filling.sizes()
    for number in range(4):
        bounded(number)
        unbounded(number % 3)
    rows = [row for row in filling.grown(before) if row[1] == __name__]
    assert [row[1:] for row in rows] == [
        (__name__, "bounded", 10, 4),
        (__name__, "unbounded", None, 3),
    ]
    filling.emptier([row[0] for row in rows])()
    assert (bounded.cache_info().currsize, unbounded.cache_info().currsize) == (0, 0)
