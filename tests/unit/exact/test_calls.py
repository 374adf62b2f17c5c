"""How something is called: plainly, as a coroutine, from inside an event loop."""

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from memprof.exact.calls import Calls, aside, in_loop, is_coroutine_function, may_await


def test_a_function_is_called_with_its_arguments() -> None:
    seen: list[object] = []
    with Calls(seen.append, (5,)) as called:
        called.run(3)
    assert seen == [5, 5, 5]


def test_coroutines_are_awaited_in_one_loop() -> None:
    loops: list[object] = []

    async def work(number: int) -> None:
        await asyncio.sleep(0)
        loops.append((asyncio.get_running_loop(), number))

    with Calls(work, (1,)) as called:
        called.run(2)
        called.run(1)
    assert len(loops) == 3
    assert len(set(loops)) == 1


def test_what_a_call_only_makes_is_run_to_its_end() -> None:
    ran: list[str] = []

    async def work(word: str) -> None:
        await asyncio.sleep(0)
        ran.append(word)

    @functools.wraps(work)
    def wraps(word: str) -> object:
        return work(word)

    @functools.wraps(work)
    def runs(word: str) -> None:
        asyncio.run(work(word))

    def generates(word: str) -> Iterator[str]:
        yield word
        ran.append(word)

    async def generates_later(word: str) -> AsyncIterator[str]:
        yield word
        ran.append(word)

    functions: tuple[Any, ...] = (wraps, runs, generates, generates_later)
    for function in functions:
        with Calls(function, (function.__code__.co_name,)) as called:
            called.run(2)
    names = ("wraps", "runs", "generates", "generates_later")
    assert ran == [name for name in names for _ in range(2)]


def test_what_is_awaited_in_the_end() -> None:
    async def work() -> AsyncIterator[int]:
        yield 1

    @functools.wraps(work)
    def wraps() -> object:
        return work()

    assert may_await(functools.partial(wraps))
    assert not may_await(len)


def test_an_object_whose_call_is_a_coroutine() -> None:
    class Caller:
        async def __call__(self) -> None:
            """Do nothing."""

    assert is_coroutine_function(Caller())
    assert not is_coroutine_function(len)


def test_a_loop_that_runs_is_seen() -> None:
    async def look() -> bool:
        return in_loop()

    assert asyncio.run(look())
    assert not in_loop()


def test_work_aside_is_done_in_another_thread() -> None:
    assert aside(threading.get_ident) != threading.get_ident()


def test_what_fails_aside_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        aside(lambda: 1 / 0)
