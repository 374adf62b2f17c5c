"""Live objects by type, without a line of their code."""

import gc
from typing import Any

import pytest
from unit.agent.recorder import Recorder, recorded

from memprof.agent import atomic
from memprof.agent.objects import Objects, of_type, with_ids


class Counted:
    """What is counted."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.one = None


class Hostile:
    """Would notice every look at it."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        """Refuse."""
        raise AssertionError(name)

    def __eq__(self, other: object) -> bool:
        """Refuse."""
        raise AssertionError

    def __hash__(self) -> int:
        """Refuse."""
        raise AssertionError

    def __sizeof__(self) -> int:
        """Refuse."""
        raise AssertionError

    def __bool__(self) -> bool:
        """Refuse."""
        raise AssertionError


def counted(recorder: Recorder, kind: str = "census") -> dict[str, int]:
    """Return objects by qualified name as the last record of *kind* says."""
    types, found = recorder.types(), recorder.of(kind)[-1]
    if kind == "untracked":
        numbers = found["types"]
    else:
        runs = found["runs"]
        numbers = [n for i in range(0, len(runs), 2) for n in range(runs[i], runs[i] + runs[i + 1])]
    return {types[n]: count for n, count in zip(numbers, found["counts"], strict=True)}


def test_tracked_objects_are_counted_and_changes_sent() -> None:
    recorder, names = recorded()
    objects = Objects(names)
    kept = [Counted() for _ in range(123)]
    objects.take(recorder.send)
    assert counted(recorder)["Counted"] == 123
    kept += [Counted() for _ in range(7)]
    objects.take(recorder.send)
    assert counted(recorder)["Counted"] == 130
    objects.take(recorder.send)
    assert "Counted" not in counted(recorder)
    kept.clear()
    objects.take(recorder.send)
    assert counted(recorder)["Counted"] == 0


def test_own_objects_are_left_out() -> None:
    recorder, names = recorded()
    objects = Objects(names)
    before = set(map(id, gc.get_objects()))
    kept = [Counted() for _ in range(50)]
    objects.adopt(before)
    kept += [Counted() for _ in range(3)]
    objects.take(recorder.send)
    assert counted(recorder)["Counted"] == 3
    assert id(kept[0]) in objects.own_ids


def test_addresses_of_the_dead_are_not_our_own() -> None:
    """What the start made and let go must not hide what the target puts there."""
    _, names = recorded()
    objects = Objects(names)
    before = set(map(id, gc.get_objects()))
    passing = [Counted()]
    objects.adopt(before)
    address = id(passing[0])
    assert address in objects.own_ids
    passing.clear()
    objects.adopt(before)
    living = set(map(id, gc.get_objects()))
    assert address in living or address not in objects.own_ids


def test_untracked_objects_are_reached_through_what_holds_them() -> None:
    recorder, names = recorded()
    objects = Objects(names)
    objects.take_untracked(recorder.send)
    first = counted(recorder, "untracked").get("bytearray", 0)
    kept = [bytearray(3) for _ in range(200)]
    deep = [((bytearray(1),),)]
    gc.collect()  # tuples of what is not tracked are no longer tracked
    objects.take_untracked(recorder.send)
    assert counted(recorder, "untracked")["bytearray"] - first == 201
    assert (len(kept), len(deep)) == (200, 1)


def test_with_too_many_blocks_untracked_objects_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("memprof.agent.objects._UNTRACKED_BLOCKS", 1)
    recorder, names = recorded()
    Objects(names).take_untracked(recorder.send)
    assert recorder.records == []


def test_hostile_objects_do_not_notice() -> None:
    recorder, names = recorded()
    objects = Objects(names)
    kept = [Hostile() for _ in range(500)]
    objects.take(recorder.send)
    objects.take_untracked(recorder.send)
    objects.take_shallow(recorder.send)
    assert counted(recorder)["Hostile"] == 500
    (shallow,) = recorder.of("shallow")
    sized = {recorder.types()[number] for number in shallow["types"]}
    assert "Hostile" not in sized
    assert len(kept) == 500


def test_shallow_sizes_are_summed_by_c() -> None:
    recorder, names = recorded()
    objects = Objects(names)
    kept = [Counted() for _ in range(20_000)]
    objects.take(recorder.send)
    objects.take_shallow(recorder.send)
    (shallow,) = recorder.of("shallow")
    sizes = dict(zip(shallow["types"], shallow["bytes"], strict=True))
    assert sizes[recorder.types().index("Counted")] == 20_000 * object.__sizeof__(kept[0])


def test_objects_are_found_by_class_and_by_address() -> None:
    kept = [Counted() for _ in range(4)]
    by_class: list[Any] = []
    by_address: list[Any] = []
    atomic.run(*of_type(Counted, by_class))
    atomic.run(*with_ids({id(kept[1]), id(kept[3])}, by_address))
    assert set(map(id, by_class)) == set(map(id, kept))
    assert set(map(id, by_address)) == {id(kept[1]), id(kept[3])}
