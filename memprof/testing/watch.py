"""The watch: what each test takes and keeps, as pytest runs it."""

import contextlib
import functools
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from memprof.agent.tally import Tally, collected, others
from memprof.analysis import verdicts
from memprof.errors import UsageError
from memprof.model.tested import MeasuredTest
from memprof.testing import asked as asking
from memprof.testing.again import Again, release
from memprof.testing.asked import Asked, Defaults
from memprof.testing.judged import Judged
from memprof.testing.judging import Question, judge
from memprof.testing.known import KnownLeaks
from memprof.testing.properties import write
from memprof.testing.scopes import Scopes
from memprof.testing.shared import Shared
from memprof.testing.spans import Spans, grown

if TYPE_CHECKING:
    from memprof.testing.book import Book

_MISSING = object()

Reports = Generator[None, pytest.TestReport, pytest.TestReport]


class _Test:
    """One test, from before its setup until after its teardown."""

    def __init__(self, item: pytest.Item, asked: Asked, tally: Tally, shared: Shared) -> None:
        """Look before the test."""
        self.again = Again(item, shared)
        self.scopes = Scopes(item)
        self.asked = asked
        self.passed = True
        self.in_parts = False
        self.spans = Spans(tally)
        self.others = others()
        self.collected = collected()


class Watch:
    """Measures tests and judges those that keep something; a plugin of pytest."""

    def __init__(self, defaults: Defaults, *, whole: bool) -> None:
        """Watch the *whole* suite, or the tests that have a marker."""
        self._defaults, self._whole = defaults, whole
        self._tally = Tally()
        self._known = KnownLeaks()
        self._test: _Test | None = None
        self._judging = False
        self.book: Book | None = None
        self.shared = Shared()

    @property
    def exact(self) -> bool:
        """Whether bytes are counted, or blocks."""
        exact: bool = self._tally.exact
        return exact

    def pytest_sessionfinish(self) -> None:
        """Count no more."""
        self._tally.stop()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin with a test; fail it where what is asked of it makes no sense."""
        if not self._judging:
            self._test = None
        if not self._judging and (self._whole or item.get_closest_marker("memprof")):
            try:
                asked = asking.of(item, self._defaults.asked)
            except UsageError as error:
                why = f"memprof: {error}. {error.hint}"
            else:
                why = ""
                self._begin(item, asked)
            if why:
                pytest.fail(why, pytrace=False)
        if self._test is None:
            return (yield)
        with contextlib.ExitStack() as parts:
            # Those that are set up already are not set up again.
            for node in item.listchain()[len(item.session._setupstate.stack) :]:
                parts.enter_context(within(node, "setup", self._part))
            return (yield)

    def _begin(self, item: pytest.Item, asked: Asked) -> None:
        """Look before the test."""
        if not self._tally.began:
            self._tally.start()
        self._test = _Test(item, asked, self._tally, self.shared)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Look before the call and after it."""
        if self._test is None:
            return (yield)
        with within(item, "runtest", self._part):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Keep the fixtures that the test shares, if it may have to be called again."""
        test = self._test
        if test is None or not test.passed:
            return (yield)
        parts: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        if not self._judging:
            may_be = functools.partial(self._may_be_judged, test)
            parts = test.scopes.in_parts(nextitem, may_be)
        with parts, within(item.session._setupstate, "teardown_exact", self._part):
            return (yield)

    def _part(self) -> contextlib.AbstractContextManager[None]:
        """Count what the test leaves while this lasts."""
        return contextlib.nullcontext() if self._test is None else self._test.spans.part()

    def _may_be_judged(self, test: _Test) -> bool:
        """Say whether the test may have to be called again."""
        asked = test.asked
        if asked.exactly or asked.limit_bytes is not None:
            return True
        # Fixtures' values are still there: it is asked too often, not too seldom.
        return asked.growth is not None and (
            self._tally.left(test.spans.numbers[0]) or grown(test.others)
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the tests of which parts report themselves: subtests would once more."""
        if self._test is not None and hasattr(report, "context"):
            self._test.in_parts = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Reports:
        """End with a test: look, judge it, and say so in the report of its teardown."""
        test = self._test
        if self._judging or test is None:
            return (yield)
        report = yield
        test.passed = test.passed and report.passed and not hasattr(report, "wasxfail")
        if call.when != "teardown":
            return report
        # Inside `_end` our hooks are called for the test again.
        try:
            told = self._end(item, test, report) if test.passed else report
            self._judging = True
            ended = test.scopes.end()
            if ended is not None and ended.excinfo is not None and told.passed:
                failed: pytest.TestReport = item.ihook.pytest_runtest_makereport(
                    item=item, call=ended
                )
                failed.user_properties[:] = told.user_properties
                return failed
            return told
        finally:
            self._judging, self._test = False, None

    def _end(self, item: pytest.Item, test: _Test, report: pytest.TestReport) -> pytest.TestReport:
        """Return the *report* of a test that passed, with what is said of its memory."""
        test.spans.end()
        number, peak = test.spans.numbers[0], self._tally.most()
        release(item)
        self.shared.forget_finished()
        if self._tally.left(number):
            test.again.forget()
            self._tally.tidy()
        kept, freed = self._tally.kept(number), collected()
        self._judging = True
        judged = self._judged(item, test, peak)
        accused = bool(judged.failure)
        if self.book is not None:
            judged = self.book.judged(item.nodeid, judged)
        found = MeasuredTest(
            test=item.nodeid,
            kept=kept,
            exact=self._tally.exact,
            peak_bytes=peak,
            collected=freed - test.collected,
            verdict=judged.verdict,
            note=judged.note,
            accused=accused,
            figure=judged.figure,
            per_call=judged.per_call,
            bytes_per_call=judged.bytes_per_call,
            blocks_per_call=judged.blocks_per_call,
        )
        report.user_properties.append(write(found))
        if judged.failure and report.passed:
            report.outcome, report.longrepr = "failed", judged.failure
        return report

    def _judged(self, item: pytest.Item, test: _Test, peak: int | None) -> Judged:
        """Return what is said of a test that passed and took so much at its *peak*."""
        asked = test.asked
        left = self._tally.left(test.spans.numbers[0])
        grows = asked.growth is not None and (asked.exactly or left or grown(test.others))
        limit_bytes = asked.limit_bytes
        takes = limit_bytes is not None and (peak is None or peak > limit_bytes)
        if not grows and not takes:
            return Judged()
        if test.in_parts:
            return Judged(verdicts.INCONCLUSIVE, "it has subtests, which would be reported again")
        _stop_clock(item)
        question = Question(item.nodeid, asked, grows, takes, self._defaults.limit_s)
        return judge(test.again, question, test.spans, self._known)


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
