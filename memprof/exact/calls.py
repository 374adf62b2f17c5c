"""Calls: how something is called again and again, a coroutine function too."""

import functools
import inspect
import sys
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat
from threading import Thread
from types import AsyncGeneratorType, CoroutineType, GeneratorType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from memprof.agent.rounds import repeated

if TYPE_CHECKING:
    import asyncio


_UNFINISHED = (CoroutineType, GeneratorType, AsyncGeneratorType)


class Calls:
    """
    Calls *function* with *args*, as a context: `run`(calls) calls it so many times.

    A coroutine that a call returns is awaited, and a generator is run to its end: calling alone
    runs nothing of either.  Coroutines are awaited in one event loop from the first round to
    the last: a task that a call leaves behind is then still there, and counts, where a loop
    for each round would cancel it.  Where a loop runs already, as in a notebook, ours
    runs in a thread, and the caller waits.
    """

    def __init__(self, function: Callable[..., object], args: Sequence[object] = ()) -> None:
        """Prepare to call *function*."""
        self._function, self._args = function, tuple(args)
        self._runner: asyncio.Runner | None = None
        self.run: Callable[[int], object] = repeated(
            function, self._args, _UNFINISHED, self._finish
        )

    def __enter__(self) -> Self:
        """Begin the event loop where one is needed."""
        if is_coroutine_function(self._function):
            self._begin_loop()
            self.run = self._run_coroutines
        return self

    def _begin_loop(self) -> "asyncio.Runner":
        """Return the event loop, begun now if it was not."""
        if self._runner is None:
            # It is a hundred modules, which a plain function has no use for.
            import asyncio

            self._runner = asyncio.Runner()
        return self._runner

    def _finish(self, made: Any) -> None:  # noqa: ANN401  (one of three that have no type in common)
        """Run what a call *made* to its end."""
        if isinstance(made, GeneratorType):
            deque(made, maxlen=0)
        else:
            self._begin_loop().run(_awaited(made))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the event loop."""
        if self._runner is not None:
            self._runner.close()

    def _run_coroutines(self, calls: int) -> None:
        """Await the function *calls* times, one after the other."""
        assert self._runner is not None  # noqa: S101  (tells mypy what __enter__ did)
        self._runner.run(self._await(calls))

    async def _await(self, calls: int) -> None:
        """Await the function *calls* times."""
        function, args = self._function, self._args
        for _ in repeat(None, calls):
            await function(*args)  # type: ignore[misc]  # it is a coroutine function


async def _awaited(made: Any) -> None:  # noqa: ANN401  (a coroutine, or an asynchronous generator)
    """Run *made* to its end."""
    if isinstance(made, AsyncGeneratorType):
        async for _ in made:
            pass
    else:
        await made


def may_await(function: object) -> bool:
    """Say whether *function*, or one that it wraps, is to be awaited."""
    while isinstance(function, functools.partial):
        function = function.func
    found: Any = function
    inner = inspect.unwrap(found)
    return is_coroutine_function(inner) or inspect.isasyncgenfunction(inner)


def is_coroutine_function(function: object) -> bool:
    """Say whether calling *function* makes a coroutine."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(type(function), "__call__", None)  # noqa: B004  (an object that is called)
    )


def in_loop() -> bool:
    """Say whether an event loop runs in this thread."""
    loaded = sys.modules.get("asyncio")
    if loaded is None:
        return False
    try:
        loaded.get_running_loop()
    except RuntimeError:
        return False
    return True


def aside(work: Callable[[], Any]) -> Any:  # noqa: ANN401  (whatever the work returns)
    """Return what *work*() returns, done in a thread: there another event loop may run."""
    done: list[Any] = []
    failed: list[BaseException] = []

    def do() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
            failed.append(error)

    thread = Thread(target=do, name="memprof")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
