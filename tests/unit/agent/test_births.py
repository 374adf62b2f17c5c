"""Where what stays was allocated, and what holds it."""

import _tracemalloc

import pytest
from unit.agent.looks import number_anew

from memprof.agent import births, counts, graph
from memprof.agent.rounds import repeated


@pytest.fixture(autouse=True)
def _one_numbering() -> None:
    """Number as `counts` does: other tests of this process number otherwise."""
    number_anew(graph, counts.names())


class Thing:
    """Something that is kept."""


KEPT: list[object] = []
WANTED = ((__name__, "Thing"),)


def keep() -> None:
    """Keep one more thing."""
    KEPT.append(Thing())


def grow() -> None:
    """Keep the same once more."""
    KEPT.append(None)


def test_places_and_keepers() -> None:
    _, places, keepers = births.trace(repeated(keep, ()), 20, WANTED)
    KEPT.clear()
    stack, blocks, _sizes, kind = places[0]
    line = keep.__code__.co_firstlineno + 2
    assert stack[0] == (__file__, line, "keep")
    assert min(blocks) >= 20
    assert kind == (__name__, "Thing")
    items = [row for row in keepers if row[4] is not None]
    assert items[0][0].endswith("test_births.KEPT")
    assert items[0][1:] == (("builtins", "list"), 1, 1, 60)
    held = [row for row in keepers if row[4] is None]
    assert held[0][0].endswith("test_births.KEPT[*]")
    assert held[0][1:] == (WANTED[0], 60, 60, None)
    assert not _tracemalloc.is_tracing()


def test_a_table_that_grows_is_named() -> None:
    _, _, keepers = births.trace(repeated(grow, ()), 20, ())
    KEPT.clear()
    assert [row[4] for row in keepers if row[0].endswith("KEPT")] == [60]
