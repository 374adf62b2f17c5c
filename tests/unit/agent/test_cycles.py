"""Cyclic garbage is looked at and let go; the target sees one collection."""

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from unit.agent.recorder import Recorder, recorded

from memprof.agent.cycles import Cycles
from memprof.agent.generations import Generations
from memprof.agent.tracebacks import tracebacks_of


class Node:
    """Half a cycle."""

    def __init__(self) -> None:
        """Begin alone."""
        self.other: Any = None


class Finalized(Node):
    """Counts its end."""

    ended: list[int] = []  # noqa: RUF012

    def __del__(self) -> None:
        """Count."""
        self.ended.append(1)


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Leave the collector as it was found, and no garbage of others about."""
    collect, enabled, flags = gc.collect, gc.isenabled(), gc.get_debug()
    gc.disable()
    gc.collect()
    Finalized.ended.clear()
    yield
    gc.collect = collect
    gc.set_debug(flags)
    gc.garbage.clear()
    if enabled:
        gc.enable()


@pytest.fixture(name="parts")
def _parts() -> tuple[Recorder, Any, Any]:
    """Return a recorder, the probe and the generations it disowns its passes of."""
    recorder, names = recorded()
    return recorder, Cycles(names, tracebacks_of, recorder.send), Generations(0, lambda *_: None)


def leave_garbage(number: int) -> list[weakref.ref[Node]]:
    """Leave *number* cycles of one of each class, and return who watches them."""
    watched: list[weakref.ref[Node]] = []
    for _ in range(number):
        one, two = Node(), Finalized()
        one.other, two.other = two, one
        watched += [weakref.ref(one), weakref.ref(two)]
    return watched


def found(recorder: Recorder) -> dict[str, int]:
    """Return the objects of all passes, by type."""
    types, total = recorder.types(), dict[str, int]()
    for fields in recorder.of("cycles"):
        for kind, _, objects in zip(*[iter(fields["rows"])] * 3, strict=True):
            total[types[kind]] = total.get(types[kind], 0) + objects
    return total


def test_a_pass_counts_and_frees(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts
    watched = leave_garbage(40)
    cycles.take(generations)
    assert found(recorder) == {"Node": 40, "Finalized": 40}
    assert [ref() for ref in watched] == [None] * 80
    assert (len(Finalized.ended), gc.garbage, gc.get_debug()) == (40, [], 0)


def test_before_a_manual_collection_it_only_looks(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts

    def charge(work: Callable[[], None]) -> None:
        work()

    cycles.watch(generations, charge)
    watched = leave_garbage(40)
    assert gc.collect() == 80
    assert found(recorder) == {"Node": 40, "Finalized": 40}
    assert [ref() for ref in watched] == [None] * 80
    assert len(Finalized.ended) == 40
    assert not gc.isenabled()


def test_younger_collections_are_left_alone(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts
    cycles.watch(generations, lambda work: work())
    leave_garbage(10)
    assert gc.collect(0) == gc.collect(generation=1) + 20
    assert recorder.of("cycles") == []


def test_what_cannot_be_paid_is_not_looked_at(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts
    cycles.watch(generations, lambda _work: None)
    leave_garbage(10)
    gc.enable()
    assert gc.collect() >= 20
    assert recorder.of("cycles") == []
    assert gc.isenabled()


def test_the_garbage_and_flags_of_the_target_stay(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts
    theirs = object()
    gc.garbage.append(theirs)
    gc.set_debug(gc.DEBUG_UNCOLLECTABLE)
    leave_garbage(5)
    cycles.take(generations)
    assert gc.garbage == [theirs]
    assert gc.get_debug() == gc.DEBUG_UNCOLLECTABLE
    assert found(recorder) == {"Node": 5, "Finalized": 5}


def test_an_object_that_revives_itself_lives(parts: tuple[Recorder, Any, Any]) -> None:
    recorder, cycles, generations = parts
    saved: list[object] = []

    class Phoenix(Node):
        """Comes back."""

        def __del__(self) -> None:
            saved.append(self)

    one = Phoenix()
    one.other = one
    del one
    cycles.take(generations)
    assert len(saved) == 1
    assert recorder.of("cycles")[0]["objects"] == 0


def test_wrong_arguments_fail_as_bare(parts: tuple[Recorder, Any, Any]) -> None:
    _, cycles, generations = parts
    cycles.watch(generations, lambda work: work())
    with pytest.raises(ValueError, match="invalid generation"):
        gc.collect(7)
