"""Live objects by type, without a line of their code."""

from typing import Any

import pytest
from unit.agent.looks import number_anew
from unit.agent.recorder import Recorder, recorded

from memprof.agent import graph
from memprof.agent.objects import Objects


class CountedHere:
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


def probe() -> tuple[Recorder, Any, Objects]:
    """Return a recorder, names that send to it, and the probe."""
    recorder, names = recorded()
    number_anew(graph, names)
    return recorder, names, Objects(names)


def test_only_changes_are_sent() -> None:
    recorder, names, objects = probe()
    kept = [CountedHere() for _ in range(123)]
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    assert counted(recorder)["CountedHere"] == 123
    assert objects.counts[names.type(CountedHere)] == 123
    kept += [CountedHere() for _ in range(7)]
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    assert counted(recorder)["CountedHere"] == 130
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    assert "CountedHere" not in counted(recorder)
    kept.clear()
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    assert counted(recorder)["CountedHere"] == 0
    objects.take(recorder.send, [], 0)
    assert set(counted(recorder).values()) == {0}
    assert sum(objects.counts) == 0


def test_what_has_grown_since_is_told() -> None:
    objects = probe()[2]
    for at_ns, counts in ((10, [5, 100, 7]), (20, [5, 400, 7, 60])):
        objects.take(lambda *_: None, counts, 0)
        objects.remember(at_ns)
    objects.take(lambda *_: None, [900, 450, 6, 90, 20], 0)
    # Warm at 11, counted first after that at 20: a third is enough.
    assert objects.grown(55, 60, 16) == [0, 1, 3, 4]
    assert objects.grown(55, 63, 16) == [0, 1, 3]
    assert objects.grown(55, 60, 2) == [0, 1]
    # Warm at 7, counted first at 10.
    assert objects.grown(35, 3 * 350, 16) == [0, 1]
    assert objects.grown(35, 3 * 351, 16) == [0]
    # Warm at 30, and never counted then, but last at 20.
    assert objects.grown(150, 20, 16) == [0, 1, 3, 4]
    assert objects.grown(150, 31, 16) == [0, 1]
    # Before the first time all that is there has grown.
    assert objects.grown(20, 6, 16) == [0, 1, 3, 4, 2]


def test_what_was_there_before_has_not_grown() -> None:
    objects = probe()[2]
    for at_ns, counts in ((10, [500, 0]), (20, [100, 70])):
        objects.take(lambda *_: None, counts, 0)
        objects.remember(at_ns)
    objects.take(lambda *_: None, [490, 200], 0)
    assert objects.grown(80, 60, 16) == [1]


def test_what_came_at_the_end_alone_has_not_grown() -> None:
    objects = probe()[2]
    objects.take(lambda *_: None, [500, 10, 0], 10)
    objects.remember(10)
    objects.take(lambda *_: None, [500, 40, 25], 60)
    objects.take(lambda *_: None, [590, 90, 80], 100)
    assert objects.grown(100, 60, 16) == [1, 2]
    # Of one that was not late there is nothing to be learnt.
    assert objects.grown(130, 60, 16) == [0, 1, 2]


def test_what_is_remembered_does_not_change() -> None:
    objects = probe()[2]
    objects.take(lambda *_: None, [1], 0)
    objects.remember(1)
    objects.take(lambda *_: None, [50], 0)
    assert objects.grown(10, 49, 16) == [0]
    assert objects.grown(10, 50, 16) == []


def test_untracked_objects_are_sent() -> None:
    recorder, _, objects = probe()
    objects.take_untracked(recorder.send)
    first = counted(recorder, "untracked").get("bytearray", 0)
    kept = [bytearray(3) for _ in range(200)]
    objects.take_untracked(recorder.send)
    assert counted(recorder, "untracked")["bytearray"] - first == len(kept)


def test_with_too_many_blocks_untracked_objects_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(graph, "MOST_UNTRACKED", 1)
    recorder, _, objects = probe()
    objects.take_untracked(recorder.send)
    assert recorder.records == []


def test_hostile_objects_do_not_notice() -> None:
    recorder, names, objects = probe()
    kept = [Hostile() for _ in range(500)]
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    objects.take_untracked(recorder.send)
    objects.take_shallow(recorder.send)
    assert counted(recorder)["Hostile"] == 500
    (shallow,) = recorder.of("shallow")
    sized = {recorder.types()[number] for number in shallow["types"]}
    assert "Hostile" not in sized
    assert len(kept) == 500


def test_shallow_sizes_are_summed_by_c() -> None:
    recorder, names, objects = probe()
    kept = [CountedHere() for _ in range(20_000)]
    objects.take(recorder.send, graph.look(names.type, {})[0], 0)
    objects.take_shallow(recorder.send)
    (shallow,) = recorder.of("shallow")
    sizes = dict(zip(shallow["types"], shallow["bytes"], strict=True))
    assert sizes[names.type(CountedHere)] == 20_000 * object.__sizeof__(kept[0])
