"""Each call of a test has a span, and what is allocated between its parts has none."""

from memprof.agent.tally import Tally
from memprof.testing.spans import Spans


class Heard(Tally):
    """A tally that notes what it is told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.told: list[int] = []
        self.begun = 0
        self.begin, self.go_on = self.new, self.told.append

    def begin_test(self) -> int:
        """Return the number of the first span."""
        return self.new()

    def new(self) -> int:
        """Return the number of a new span."""
        self.begun += 1
        return self.begun


def test_parts_are_of_the_span_of_the_call() -> None:
    tally = Heard()
    spans = Spans(tally)

    def call() -> None:
        with spans.part():
            pass

    call()
    spans.end()
    call()
    spans.count(call)
    call()
    assert spans.numbers == [1, 2]
    assert tally.told == [1, 0, 2, 0]
