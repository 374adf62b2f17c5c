"""Known leaks: what one test was found to keep, another that adds to it need not be called for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memprof.agent.tally import Tally
from memprof.analysis import verdicts
from memprof.report.tested import beside
from memprof.testing.judged import Judged
from memprof.testing.spans import Spans

_SHARED = (verdicts.LEAK, verdicts.UNBOUNDED_CACHE)
"""What a container holds; threads and descriptors are counted by the process."""

_MOST = 64
"""Leaks remembered: those with the container in common are one."""


@dataclass(frozen=True, slots=True)
class Known:
    """The leak of one *test*: its calls' `spans`, of which something is left in a container."""

    test: str
    verdict: str
    spans: tuple[int, ...]


class KnownLeaks:
    """
    The leaks that were found in rounds, by what their calls left.

    No object of the tests is kept: every block knows the span of its birth, so a container
    is known again by what it holds.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[Known] = []
        self._addresses: list[int] = []

    def add(self, test: str, verdict: str, spans: Spans) -> None:
        """Remember that *test* was found to keep something, of each of its *spans*."""
        if verdict in _SHARED and spans.tally.exact and len(self._found) < _MOST:
            self._found.append(Known(test, verdict, _later(spans)))

    def of(self, test: str, spans: Spans) -> Judged | None:
        """
        Return what is said of *test*, if each of its calls adds to a container of a known leak.

        That container was seen to grow for some hundred calls, and it has dropped nothing
        since: what the earlier test's calls left stands in it to this day.  So it is no cache
        that is full by now, and what each of these calls added will stay as well.
        """
        tally = spans.tally
        numbers = _later(spans)
        if not self._found or len(numbers) < 2:
            return None
        for known, holder in self._holders(numbers, tally):
            if id(holder) not in self._addresses:
                self._addresses.append(id(holder))
            said = beside(known.verdict, test, known.test, tally.kept(numbers[-1]), len(numbers))
            return Judged(
                known.verdict,
                f"as {known.test}",
                said,
                figure=spans.figure(),
                bytes_per_call=spans.bytes_per_call(),
                blocks_per_call=spans.blocks_per_call(),
            )
        return None

    def _holders(self, numbers: Sequence[int], tally: Tally) -> Iterator[tuple[Known, object]]:
        """
        Yield what holds something of each of the spans *numbers*, with the leak it holds.

        First those that were found before.  What stands at their addresses now may be
        something else; what it holds says whether it is.
        """
        for among in (tally.at(self._addresses), None):
            for holder in tally.holders(numbers, among):
                for known in self._found:
                    if tally.holders(known.spans, [holder]):
                        yield known, holder


def _later(spans: Spans) -> tuple[int, ...]:
    """Return the spans but the first: that imported and filled as well."""
    return tuple(spans.numbers[1:])
