"""Calls: how something is called again and again, a coroutine function too."""

import inspect
import sys
from collections.abc import Callable, Sequence
from itertools import repeat
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from memprof.agent.rounds import repeated

if TYPE_CHECKING:
    import asyncio


class Calls:
    """
    Calls *function* with *args*, as a context: `run`(calls) calls it so many times.

    Coroutines are awaited in one event loop from the first round to the last: a
    task that a call leaves behind is then still there, and counts, where a loop for
    each round would cancel it.  Where a loop runs already, as in a notebook, ours
    runs in a thread, and the caller waits.
    """

    def __init__(self, function: Callable[..., object], args: Sequence[object] = ()) -> None:
        """Prepare to call *function*."""
        self._function, self._args = function, tuple(args)
        self._runner: asyncio.Runner | None = None
        self.run: Callable[[int], object] = repeated(function, self._args)

    def __enter__(self) -> Self:
        """Begin the event loop where one is needed."""
        if is_coroutine_function(self._function):
            # It is a hundred modules, which a plain function has no use for.
            import asyncio

            self._runner = asyncio.Runner()
            self.run = self._run_coroutines
        return self

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
