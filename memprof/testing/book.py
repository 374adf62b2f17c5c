"""The book: the tests that a team knows to keep something, in a file that is committed."""

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pytest

from memprof.errors import MemprofError, UsageError
from memprof.files import BASELINE_MODE, read_baseline, write_whole
from memprof.gate import tested
from memprof.gate.tested import KnownTest, KnownTests
from memprof.report.document import written
from memprof.report.escape import terminal
from memprof.report.tested import known_lines, past
from memprof.testing import properties
from memprof.testing.judged import Judged

if TYPE_CHECKING:
    from memprof.model.tested import MeasuredTest

DEFAULT_NAME = "memprof-tests.json"
_AS_KNOWN = "as the baseline knows"
_HINT = "Write one with --memprof-baseline=FILE --memprof-update-baseline, for each Python."


class Book:
    """The file at `path`, what is `known` by it, and whether the run `renews` it."""

    def __init__(self, path: str, known: KnownTests, *, renews: bool) -> None:
        """Hold tests to what is *known*, or write anew what there is."""
        self.path, self.known, self.renews = path, known, renews

    @classmethod
    def of(cls, config: pytest.Config, *, exact: bool) -> Self:
        """
        Return the book that *config* asks for.

        Raises UsageError where there is no such file, or it says nothing of this Python.
        """
        path = _path(config) or os.path.join(config.invocation_params.dir, DEFAULT_NAME)
        renews = bool(config.getoption("--memprof-update-baseline"))
        here = KnownTests("{}.{}".format(*sys.version_info), sys.platform, exact, ())
        if renews and not os.path.lexists(path):
            return cls(path, here, renews=True)
        try:
            known = read_baseline(path, tested.read)
        except MemprofError as error:
            raise UsageError(str(error), _HINT) from error
        why = _unlike(known, here)
        if why and not renews:
            message = f"the baseline {path} is of {why}"
            raise UsageError(message, _HINT)
        return cls(path, here if why else known, renews=renews)

    def judged(self, test: str, judged: Judged) -> Judged:
        """Return what is said of *test*, of which *judged* is said without this book."""
        if not judged.failure:
            return judged
        if self.renews:
            return replace(judged, note="in the baseline now", failure="")
        known = self.known.of(test, judged.verdict)
        if known is None:
            return judged
        now = KnownTest(
            test,
            judged.verdict,
            judged.figure,
            judged.per_call,
            judged.bytes_per_call,
            judged.blocks_per_call,
        )
        if known.allows(now):
            return replace(judged, note=_AS_KNOWN, failure="")
        return replace(judged, failure=judged.failure + past(known))


class BookKeeper:
    """Gathers what the reports say, and ends with the book; a plugin of pytest."""

    def __init__(self, book: Book) -> None:
        """Keep *book*."""
        self._book = book
        self._found: list[MeasuredTest] = []
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what is known of a test."""
        found = properties.read(report.user_properties) if report.when == "teardown" else None
        if found is not None:
            self._found.append(found)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the book anew, if that is asked for."""
        book = self._book
        fixed = tested.fixed(book.known, self._found)
        now = tested.renewed(book.known, self._found) if book.renews else book.known
        self._lines = known_lines(book.path, now, fixed, self._found, renewed=book.renews)
        if book.renews and self._found:
            try:
                write_whole(book.path, written(tested.document(now)), BASELINE_MODE)
            except UsageError as error:
                self._lines = [terminal(f"{error}. {error.hint}")]
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what is known, and what is fixed."""
        terminalreporter.section("memprof's baseline")
        for line in self._lines:
            terminalreporter.write_line(line)


def _path(config: pytest.Config) -> str | None:
    """Return the file that is named: beside where pytest was called, or beside the ini file."""
    given = config.getoption("--memprof-baseline")
    if given:
        return os.path.join(config.invocation_params.dir, given)
    named = config.getini("memprof_baseline")
    beside = config.rootpath if config.inipath is None else config.inipath.parent
    return os.path.join(beside, named) if named else None


def _unlike(known: KnownTests, here: KnownTests) -> str:
    """Return in what *known* is of another Python than *here*, nothing where it is of the same."""
    pairs = (
        (f"Python {known.python}", f"Python {here.python}"),
        (known.platform, here.platform),
        (_HOW[known.exact], _HOW[here.exact]),
    )
    return next((f"{then}, this is {now}" for then, now in pairs if then != now), "")


_HOW = {True: "bytes, counted in C", False: "blocks, counted by the interpreter"}
