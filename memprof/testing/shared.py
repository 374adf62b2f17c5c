"""Shared: the fixtures that outlive a test, and what they note of those that do not."""

import functools
from typing import Any

import pytest


class Shared:
    """
    The fixtures of a class, a module or the session that are set up now; a plugin of pytest.

    They are noted as they are set up: what a test asks for by `getfixturevalue`, and what that
    depends on, the test names nowhere, and where pytest keeps it changes with its versions.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._there: set[Any] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Note one."""
        if fixturedef.scope != "function":
            self._there.add(fixturedef)

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Forget one that has ended."""
        self._there.discard(fixturedef)

    def forget_finished(self) -> None:
        """
        Take what has ended off the lists of what still lasts.

        A fixture of the session keeps, for each fixture that ever used it, a note to end that
        first.  Of one whose scope is the function the note does nothing once it has ended,
        and it would grow with each test.
        """
        for fixture in self._there:
            notes: Any = getattr(fixture, "_finalizers", ())
            if len(notes) > 1:
                notes[:] = [note for note in notes if not _has_ended(note)]


def _has_ended(note: object) -> bool:
    """Tell whether *note* ends a fixture of a function that has ended."""
    if not isinstance(note, functools.partial):
        return False
    ended = getattr(note.func, "__self__", None)
    return (
        isinstance(ended, pytest.FixtureDef)
        and ended.scope == "function"
        and ended.cached_result is None
    )
