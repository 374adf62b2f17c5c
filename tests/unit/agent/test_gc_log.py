"""What gc.callbacks tells, logged in rows and tallied in C: the same."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from unit.agent.recorder import Recorder

from memprof.agent import gc_log
from memprof.agent.generations import Generations
from memprof.agent.wire import bucket, bucket_floor

needs_c = pytest.mark.skipif(gc_log.read is None, reason="the callback in C is not built here")

_COUNT, _COLLECTED, _UNCOLLECTABLE, _MANUAL, _TOTAL, _MOST, _HISTOGRAM = range(3, 10)


class Node:
    """Holds itself."""

    def __init__(self) -> None:
        """Make a cycle."""
        self.me = self


@pytest.fixture(name="both")
def _both(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """Return two probes that listen, one by rows and one in C."""
    threshold = gc.get_threshold()
    gc.set_threshold(100, 3, 3)
    gc.disable()
    gc.collect()
    in_c = Generations(0, print)
    with monkeypatch.context() as patch:
        patch.setattr(gc_log, "read", None)
        by_rows = Generations(0, print)
    by_rows.start()
    in_c.start()
    yield by_rows, in_c
    in_c.stop()
    by_rows.stop()
    gc.set_threshold(*threshold)
    gc.enable()


def told(probe: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what *probe* tells."""
    recorder = Recorder()
    probe.take(recorder.send)
    return recorder.of("generations")[0]


def work() -> None:
    """Have collections of each generation, by themselves and not, with garbage and without."""
    gc.enable()
    kept: list[list[int]] = []
    for number in range(3_000):
        Node()
        kept.append([number])
    gc.disable()
    for generation in (0, 1, 2, 0):
        Node()
        gc.collect(generation)
    gc.enable()
    gc.collect(1)
    gc.disable()


@needs_c
def test_both_ways_tell_the_same(both: tuple[Any, Any]) -> None:
    work()
    by_rows, in_c = map(told, both)
    for row, other in zip(by_rows["rows"], in_c["rows"], strict=True):
        assert row[_COUNT] > 0
        assert row[_COUNT : _MANUAL + 1] == other[_COUNT : _MANUAL + 1]
        assert sum(other[_HISTOGRAM][1::2]) == other[_COUNT]
    assert by_rows["stats"] == in_c["stats"]
    assert [(r[0], *s[:2]) for r, s in zip(in_c["rows"], in_c["stats"], strict=True)] == [
        (number, row[_COUNT], row[_COLLECTED]) for number, row in enumerate(in_c["rows"])
    ]
    assert [row[1:4] + row[5:] for row in by_rows["notable"]] == [
        row[1:4] + row[5:] for row in in_c["notable"]
    ]


@needs_c
def test_pauses_in_c_fall_in_the_buckets_of_the_wire(both: tuple[Any, Any]) -> None:
    work()
    for row in told(both[1])["rows"]:
        pauses = dict(zip(row[_HISTOGRAM][::2], row[_HISTOGRAM][1::2], strict=True))
        assert bucket(row[_MOST]) == max(pauses)
        least = sum(bucket_floor(number) * count for number, count in pauses.items())
        assert least <= row[_TOTAL] < least * 17 / 16 + len(pauses)


@needs_c
def test_a_second_look_in_c_begins_at_nothing(both: tuple[Any, Any]) -> None:
    Node()
    gc.collect()
    told(both[1])
    again = told(both[1])
    assert [row[_COUNT : _MOST + 1] for row in again["rows"]] == [[0] * 6] * 3
    assert again["notable"] == []


@needs_c
def test_one_collection_inside_another_is_told_apart_in_c(both: tuple[Any, Any]) -> None:

    def inside(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 1:
            gc.callbacks.remove(inside)
            gc_log.in_c()[0]("start", {"generation": 0})
            gc_log.in_c()[0]("stop", {"generation": 0, "collected": 3, "uncollectable": 0})

    gc.callbacks.append(inside)
    gc.collect(1)
    rows = told(both[1])["rows"]
    assert [row[_COUNT] for row in rows] == [1, 1, 0]
    assert rows[0][_COLLECTED] == 3
    assert rows[1][_TOTAL] > rows[0][_TOTAL] > 0


@needs_c
@pytest.mark.parametrize(
    "said",
    [("stop", {"generation": 7}), ("stop", None), ("stop", {"generation": "x"}), (None, None), ()],
)
def test_what_a_hostile_caller_says_harms_nothing(both: tuple[Any, Any], said: Any) -> None:  # noqa: ANN401
    assert gc_log.in_c()[0](*said) is None
    rows = told(both[1])["rows"]
    assert sum(row[_COLLECTED] for row in rows) == 0


@needs_c
def test_the_largest_are_kept_in_c(both: tuple[Any, Any]) -> None:
    for number in range(100):
        nodes = [Node() for _ in range(number)]
        nodes.clear()
        gc.collect(0)
    notable = told(both[1])["notable"]
    # A node, and its dictionary where it has one.
    assert len(notable) == 5
    assert [row[2] // (notable[0][2] // 95) for row in notable] == [95, 96, 97, 98, 99]
