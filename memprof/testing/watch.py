"""The watch: what each test takes and keeps, as pytest runs it."""

import contextlib
import functools
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from memprof.agent.tally import Tally, collect_young, collected, others
from memprof.analysis import verdicts
from memprof.errors import UsageError
from memprof.model.tested import MeasuredTest
from memprof.testing import asked as asking
from memprof.testing.again import Again, forget_finished, release
from memprof.testing.asked import Asked, Defaults
from memprof.testing.judging import Judged, Question, judge
from memprof.testing.properties import write
from memprof.testing.scopes import Scopes

_MISSING = object()

Reports = Generator[None, pytest.TestReport, pytest.TestReport]


class _Span:
    """One test, from before its setup until after its teardown."""

    def __init__(self, item: pytest.Item, asked: Asked) -> None:
        """Begin; the figures are set by the watch."""
        self.again = Again(item)
        self.scopes = Scopes(item)
        self.asked = asked
        self.passed = True
        self.in_parts = False
        # What was live before the test, and what its parts have added to that.
        self.before = self.kept = 0
        self.others = (0, 0)
        self.collected = (0, 0)


class Watch:
    """Measures tests and judges those that keep something; a plugin of pytest."""

    def __init__(self, defaults: Defaults, *, whole: bool) -> None:
        """Watch the *whole* suite, or the tests that have a marker."""
        self._defaults, self._whole = defaults, whole
        self._tally = Tally()
        self._span: _Span | None = None
        self._judging = False
        self._before = 0

    def pytest_sessionfinish(self) -> None:
        """Count no more."""
        self._tally.stop()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin with a test; fail it where what is asked of it makes no sense."""
        if self._judging:
            return (yield)
        self._span = None
        if self._whole or item.get_closest_marker("memprof"):
            try:
                asked = asking.of(item, self._defaults.asked)
            except UsageError as error:
                why = f"memprof: {error}. {error.hint}"
            else:
                why = ""
                self._begin(item, asked)
            if why:
                pytest.fail(why, pytrace=False)
        with within(item.session._setupstate, "setup", self._part):
            return (yield)

    def _begin(self, item: pytest.Item, asked: Asked) -> None:
        """Look before the test."""
        if not self._tally.began:
            self._tally.start()
        self._span = span = _Span(item, asked)
        renew = release(item)
        collect_young()
        span.others, span.collected = others(), collected()
        self._tally.peak()
        span.before = before = self._tally.live()
        renew()
        span.kept += self._tally.live() - before

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Look before the call and after it."""
        if self._judging or self._span is None:
            return (yield)
        with within(item, "runtest", self._part):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Keep the fixtures that the test shares, if it may have to be called again."""
        span = self._span
        if self._judging or span is None or not span.passed:
            return (yield)
        may_be = functools.partial(self._may_be_judged, span)
        parts = span.scopes.in_parts(nextitem, may_be)
        with parts, within(item.session._setupstate, "teardown_exact", self._part):
            return (yield)

    @contextlib.contextmanager
    def _part(self) -> Iterator[None]:
        """Count what the test leaves while this lasts: what pytest notes in between is its own."""
        span = self._span
        if self._judging or span is None:
            yield
            return
        collect_young(0)
        self._before = self._tally.live()
        try:
            yield
        finally:
            collect_young(0)
            span.kept += self._tally.live() - self._before

    def _may_be_judged(self, span: _Span) -> bool:
        """Say whether the test may have to be called again."""
        asked = span.asked
        if asked.exactly or asked.limit_bytes is not None:
            return True
        # Fixtures' values are still there: it is asked too often, not too seldom.
        return asked.growth is not None and span.kept + self._tally.live() - self._before != 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the tests of which parts report themselves: subtests would once more."""
        if self._span is not None and hasattr(report, "context"):
            self._span.in_parts = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Reports:
        """End with a test: look, judge it, and say so in the report of its teardown."""
        span = self._span
        if self._judging or span is None:
            return (yield)
        report = yield
        span.passed = span.passed and report.passed and not hasattr(report, "wasxfail")
        if call.when != "teardown":
            return report
        # Inside `_end` our hooks are called for the test again.
        try:
            told = self._end(item, span, report) if span.passed else report
            self._judging = True
            ended = span.scopes.end()
            if ended is not None and ended.excinfo is not None and told.passed:
                failed: pytest.TestReport = item.ihook.pytest_runtest_makereport(
                    item=item, call=ended
                )
                failed.user_properties[:] = told.user_properties
                return failed
            return told
        finally:
            self._judging, self._span = False, None

    def _end(self, item: pytest.Item, span: _Span, report: pytest.TestReport) -> pytest.TestReport:
        """Return the *report* of a test that passed, with what is said of its memory."""
        peak = self._tally.peak()
        with self._part():
            release(item)
            forget_finished(item)
            collect_young()
        kept, freed = span.kept, collected()[0]
        peak = None if peak is None else max(peak - span.before, 0)
        self._judging = True
        judged = self._judged(item, span, kept, peak)
        found = MeasuredTest(
            test=item.nodeid,
            kept=kept,
            exact=self._tally.exact,
            peak_bytes=peak,
            collected=freed - span.collected[0],
            verdict=judged.verdict,
            note=judged.note,
        )
        report.user_properties.append(write(found))
        if judged.failure and report.passed:
            report.outcome, report.longrepr = "failed", judged.failure
        return report

    def _judged(self, item: pytest.Item, span: _Span, kept: int, peak: int | None) -> Judged:
        """Return what is said of a test that passed and *kept* so much."""
        asked = span.asked
        more = any(now > then for now, then in zip(others(), span.others, strict=True))
        # A collection of everything frees what others left: what the test left may hide in that.
        disturbed = collected()[1] != span.collected[1]
        grows = asked.growth is not None and (asked.exactly or kept != 0 or more or disturbed)
        limit_bytes = asked.limit_bytes
        takes = limit_bytes is not None and (peak is None or peak > limit_bytes)
        if not grows and not takes:
            return Judged()
        if span.in_parts:
            return Judged(verdicts.INCONCLUSIVE, "it has subtests, which would be reported again")
        _stop_clock(item)
        question = Question(item.nodeid, asked, grows, takes, self._defaults.limit_s)
        return judge(span.again, question, self._tally)


@contextlib.contextmanager
def within(
    owner: object, name: str, part: Callable[[], contextlib.AbstractContextManager[None]]
) -> Iterator[None]:
    """
    While it lasts, what *owner* has by that *name* is called within a *part*.

    As near to the test as can be: what other plugins do around a hook is not the test's, and
    pluggy holds on to what ran inside until the whole hook is done.
    """
    whole, before = getattr(owner, name), vars(owner).get(name, _MISSING)

    def call(*args: object) -> object:
        with part():
            return whole(*args)

    setattr(owner, name, call)
    try:
        yield
    finally:
        if before is _MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


def _stop_clock(item: pytest.Item) -> None:
    """End the time that pytest-timeout gives the test: it has passed."""
    cancel: Any = getattr(item.ihook, "pytest_timeout_cancel_timer", None)
    if cancel is not None:
        cancel(item=item)
