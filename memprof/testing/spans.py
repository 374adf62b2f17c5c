"""Spans: the calls of one test, each a span of which the tally counts what is left."""

import contextlib
from collections.abc import Callable, Iterator

from memprof.agent.tally import Tally, others


class Spans:
    """
    The calls of a test, the first of them pytest's own; `numbers` are their spans.

    Counted is what is allocated in the parts of a call: its setup, the call, its teardown.
    What pytest notes in between is its own.
    """

    def __init__(self, tally: Tally) -> None:
        """Begin with the first."""
        self.tally = tally
        self.numbers: list[int] = [tally.begin_test()]
        self._now = self.numbers[0]

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        """Count what is allocated while this lasts."""
        if not self._now:
            yield
            return
        self.tally.go_on(self._now)
        try:
            yield
        finally:
            self.tally.go_on(0)

    def end(self) -> None:
        """Count none that comes, unless by `count`."""
        self._now = 0

    def count(self, call: Callable[[], None]) -> None:
        """Make one more *call*, and count it."""
        number = self._now = self.tally.begin()
        try:
            call()
        finally:
            self._now = 0
        self.numbers.append(number)

    def blocks_per_call(self) -> int | None:
        """
        Return how many blocks are left of each further call at least; None where there was none.

        A container that moved to grow is one more, of the call for which it did.  Bytes would
        be of no use: instances of a class are smaller when there have been some.
        """
        return min(map(self.tally.blocks, self.numbers[1:]), default=None)


def grown(before: tuple[int, int]) -> bool:
    """Tell whether there are more descriptors or threads than *before*."""
    return any(now > then for now, then in zip(others(), before, strict=True))
