"""Spans: the calls of one test, each a span of which the tally counts what is left."""

import contextlib
from collections.abc import Callable, Iterator

from memprof.agent.tally import Tally, others
from memprof.agent.tracing import name_of
from memprof.analysis.origins import says_little
from memprof.model.objects import Type


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

        A container that moved to grow is one more, of the call for which it did.
        """
        return min(map(self.tally.blocks, self.numbers[1:]), default=None)

    def bytes_per_call(self) -> int | None:
        """
        Return how many bytes are left of each further call at least; None where unknown.

        Instances of a class are smaller when there have been some.
        """
        if not self.tally.exact:
            return None
        return min(map(self.tally.kept, self.numbers[1:]), default=None)

    def figure(self) -> str:
        """
        Return the classes of which something is left of each further call.

        Those of the program if there are any: builtins are what these are made of.  Nothing
        is known of what the collector does not track.
        """
        each = [
            {Type(*name_of(type(one))) for one in born}
            for born in self.tally.born(self.numbers[1:]).values()
        ]
        kinds = set[Type].intersection(*each) if each else set()
        own = {one for one in kinds if not says_little(one)}
        return ", ".join(sorted(f"{one.module}.{one.qualname}" for one in own or kinds))


def grown(before: tuple[int, int]) -> bool:
    """Tell whether there are more descriptors or threads than *before*."""
    return any(now > then for now, then in zip(others(), before, strict=True))
