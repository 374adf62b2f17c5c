"""Again: a test called once more, its fixtures set up and torn down, nobody told."""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from memprof.testing.drawing import Drawn
from memprof.testing.shared import Shared


class Failed(Exception):
    """A test that passed did not when it was called again."""


class Again:
    """
    Calls *item* as pytest does, when it is called.

    Fixtures of its own scope are set up and torn down, those of a class, a module
    or the session are kept.  Its output and its warnings are dropped, and what pytest
    notes on the item is taken back: it is not the test's to answer for.
    """

    def __init__(self, item: pytest.Item, shared: Shared) -> None:
        """Prepare to call *item*, which *shared* fixtures outlive."""
        self._item: Any = item
        self._shared = shared
        self._globals: dict[str, object] = {}
        self._drawn = Drawn(item)
        test = getattr(item, "dtest", None)
        self._test = test
        if test is not None:
            # A doctest empties its own when it has run.
            self._globals = dict(test.globs)

    def __call__(self) -> None:
        """Call it; raise Failed where it does not pass."""
        item = self._item
        sections, properties = len(item._report_sections), len(item.user_properties)
        markers = len(item.own_markers)
        if self._test is not None:
            self._test.globs.update(self._globals)
        with warnings.catch_warnings(record=True), _no_folders_kept(item), self._drawn.again():
            # Down to the parent and no further: its fixtures are kept.
            reports = runtestprotocol(item, log=False, nextitem=item.parent)
        del item._report_sections[sections:], item.user_properties[properties:]
        del item.own_markers[markers:]
        self._shared.forget_finished()
        for report in reports:
            if not report.passed:
                message = f"{report.outcome} in its {report.when}: {_reason(report)}"
                raise Failed(message)

    def forget(self) -> None:
        """Have the tool that draws the test's inputs forget them."""
        self._drawn.forget()


@contextlib.contextmanager
def _no_folders_kept(item: pytest.Item) -> Iterator[None]:
    """
    While it lasts, the folder of `tmp_path` goes with the test that had it.

    The next one has its name: a Python that keeps every name of a path it ever met, as 3.12
    did at first, would keep one more of each call.
    """
    factory: Any = getattr(item.config, "_tmp_path_factory", None)
    if factory is None or not hasattr(factory, "_retention_policy"):
        yield
        return
    policy, factory._retention_policy = factory._retention_policy, "failed"
    numbers = dict(getattr(factory, "_next_number", ()))
    try:
        yield
    finally:
        factory._retention_policy = policy
        if numbers:
            factory._next_number.clear()
            factory._next_number.update(numbers)


def _reason(report: pytest.TestReport) -> str:
    """Return the last line of why *report* is not of a success."""
    text = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longreprtext
    lines = str(text).strip().splitlines()
    return lines[-1] if lines else "no reason given"


def release(item: pytest.Item) -> Callable[[], None]:
    """
    Let go of the values of fixtures, as pytest does when all is reported.

    Return what makes the item ready again: what is gone after a test shall come with it.
    """
    holder: Any = item
    if getattr(holder, "_request", None):
        holder._request = False
        holder.funcargs = None
        renew: Callable[[], None] = holder._initrequest
        return renew
    return _nothing


def _nothing() -> None:
    """Make nothing ready."""
