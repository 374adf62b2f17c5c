"""A test that adds to the container of a known leak is known by it; another is not."""

from typing import TYPE_CHECKING, cast

import pytest

from memprof.testing.known import KnownLeaks
from memprof.testing.spans import Spans

if TYPE_CHECKING:
    from memprof.agent.tally import Tally


class One:
    """Something of a span."""

    def __init__(self, span: int) -> None:
        """Of that span."""
        self.span = span


class Containers:
    """A tally that knows what stands in a few lists."""

    exact = True

    def __init__(self, *lists: list[One]) -> None:
        """Look at *lists* alone."""
        self.lists = list(lists)
        self.number = 0

    def begin(self) -> int:
        """Return the number of a new span."""
        self.number += 1
        return self.number

    begin_test = begin

    def go_on(self, _number: int) -> None:
        """Do nothing."""

    def kept(self, _number: int) -> int:
        """Return that a few bytes are left."""
        return 2048

    def blocks(self, number: int) -> int:
        """Return how many items of that span there are."""
        return sum(item.span == number for one in self.lists for item in one)

    def born(self, numbers: list[int]) -> dict[int, list[One]]:
        """Return the items of each of the spans *numbers*."""
        return {
            number: [item for one in self.lists for item in one if item.span == number]
            for number in numbers
        }

    def at(self, addresses: list[int]) -> list[list[One]]:
        """Return the lists at *addresses*."""
        return [one for one in self.lists if id(one) in addresses]

    def holders(
        self, numbers: tuple[int, ...], among: list[list[One]] | None = None
    ) -> list[list[One]]:
        """Return the lists that hold something of each of *numbers*."""
        lists = self.lists if among is None else among
        return [one for one in lists if {item.span for item in one} >= set(numbers)]


def called(tally: Containers, *lists: list[One]) -> Spans:
    """Return the spans of a test that adds to *lists* in each of four calls."""
    spans = Spans(cast("Tally", tally))

    def call() -> None:
        for one in lists:
            one.append(One(tally.number))

    call()
    spans.end()
    for _ in range(3):
        spans.count(call)
    return spans


def test_what_adds_to_the_container_of_a_leak_is_that_leak() -> None:
    leak: list[One] = []
    cache: list[One] = []
    tally, known = Containers(leak, cache), KnownLeaks()
    first = called(tally, leak)
    assert known.of("test_first", first) is None
    known.add("test_first", "LEAK", first)
    said = known.of("test_second", called(tally, leak, cache))
    assert said is not None
    assert (said.verdict, said.note) == ("LEAK", "as test_first")
    assert said.failure.startswith("LEAK: test_second keeps +2.0 KiB of each call, as test_first")
    assert said.figure == f"{__name__}.One"
    assert (said.per_call, said.bytes_per_call, said.blocks_per_call) == (None, 2048, 2)
    assert "3 calls in a row added to the same container" in said.failure
    # It is found where it was; elsewhere others are looked for.
    tally.lists.insert(0, tally.lists.pop())
    assert known.of("test_third", called(tally, leak)) is not None
    assert known.of("test_fourth", called(tally, cache)) is None


def test_a_container_that_has_let_go_of_what_it_held_is_another_matter() -> None:
    full: list[One] = []
    tally, known = Containers(full), KnownLeaks()
    known.add("test_first", "LEAK", called(tally, full))
    del full[1]
    assert known.of("test_second", called(tally, full)) is None


@pytest.mark.parametrize(("verdict", "exact"), [("THREADS", True), ("LEAK", False)])
def test_what_is_not_known_by_its_container_is_not_remembered(*, verdict: str, exact: bool) -> None:
    leak: list[One] = []
    tally, known = Containers(leak), KnownLeaks()
    tally.exact = exact
    known.add("test_first", verdict, called(tally, leak))
    assert known.of("test_second", called(tally, leak)) is None
