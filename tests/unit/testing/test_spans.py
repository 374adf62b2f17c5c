"""Each call of a test has a span, and what is allocated between its parts has none."""

from memprof.agent.tally import Tally
from memprof.testing.spans import Spans


class Session:
    """Something of the program's."""


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


def test_of_what_is_left_the_classes_of_the_program_are_told() -> None:
    tally = Heard()
    tally.exact = True
    tally.kept = {1: 900, 2: 300, 3: 200}.__getitem__  # type: ignore[method-assign]
    tally.born = lambda numbers: {number: left[number] for number in numbers}  # type: ignore[method-assign]
    left: dict[int, list[object]] = {}
    spans = Spans(tally)
    assert (spans.figure(), spans.bytes_per_call()) == ("", None)
    for _ in range(2):
        spans.count(lambda: None)
    left.update({2: [Session(), [], object], 3: [[], Session()]})
    assert (spans.figure(), spans.bytes_per_call()) == (f"{__name__}.Session", 200)
    left[2].pop(0)
    assert spans.figure() == "builtins.list"
    tally.exact = False
    assert spans.bytes_per_call() is None
