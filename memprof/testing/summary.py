"""The summary: a table of the tests that keep or take most, at the end of the session."""

from typing import TYPE_CHECKING

import pytest

from memprof.report import tested
from memprof.testing import properties

if TYPE_CHECKING:
    from memprof.model.tested import MeasuredTest


class Summary:
    """Gathers what the reports say, from xdist's workers too; a plugin of pytest."""

    def __init__(self, top: int) -> None:
        """Show *top* rows, all if it is 0."""
        self._top = top
        self._found: list[MeasuredTest] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what is known of a test."""
        if report.when == "teardown":
            found = properties.read(report.user_properties)
            if found is not None:
                self._found.append(found)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show it."""
        terminalreporter.section("memprof")
        for line in tested.lines(self._found, self._top):
            terminalreporter.write_line(line)
