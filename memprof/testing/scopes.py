"""Scopes: fixtures of a class, a module and the session outlive a test that is called again."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class Scopes:
    """
    The teardown of *item*, in two parts where it may be called again.

    After the last test of a class or module pytest ends their fixtures with the test's own.
    If that came before the test is called again, they would all be set up once more.
    """

    def __init__(self, item: pytest.Item) -> None:
        """Of *item*; nothing is put off yet."""
        self._item = item
        self._state: Any = item.session._setupstate
        self._nextitem: pytest.Item | None = None
        self._entered = False

    @contextlib.contextmanager
    def in_parts(self, nextitem: pytest.Item | None, wanted: Callable[[], bool]) -> Iterator[None]:
        """
        While it lasts, a teardown until *nextitem* stops at the parent if *wanted*() says so.

        It is asked when the test's own fixtures have ended.
        """
        whole = self._state.teardown_exact
        parent: Any = self._item.parent
        self._nextitem, self._entered = nextitem, True

        def teardown_exact(until: pytest.Item | None) -> None:
            try:
                whole(parent)
            except BaseException:
                whole(until)
                raise
            if not wanted():
                whole(until)

        self._state.teardown_exact = teardown_exact
        try:
            yield
        finally:
            del self._state.teardown_exact

    def end(self) -> pytest.CallInfo[None] | None:
        """End what was put off, or was set up again since; return how that went, if it was."""
        nextitem = self._nextitem
        if self._item.session.shouldfail or self._item.session.shouldstop:
            nextitem = None
        needed = [] if nextitem is None else nextitem.listchain()
        there = list(self._state.stack)
        if not self._entered or there == needed[: len(there)]:
            return None
        capture = self._item.config.pluginmanager.getplugin("capturemanager")
        held = contextlib.nullcontext()
        if capture is not None:
            held = capture.item_capture("teardown", self._item)
        with held:
            return pytest.CallInfo.from_call(
                lambda: self._state.teardown_exact(nextitem),
                when="teardown",
                reraise=(KeyboardInterrupt, pytest.exit.Exception),
            )
