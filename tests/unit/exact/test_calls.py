"""How something is called: plainly, as a coroutine, from inside an event loop."""

import asyncio
import threading

import pytest

from memprof.exact.calls import Calls, aside, in_loop, is_coroutine_function


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
