"""Collections are tallied from the log; the target's knobs are noted and left alone."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from unit.agent.recorder import Recorder

from memprof.agent import gc_log
from memprof.agent.generations import Generations
from memprof.agent.wire import bucket

Row = tuple[int, tuple[int, int, int], bool, bool, None, int, int, int]
Events = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Leave the collector as it was found."""
    callbacks, threshold, enabled = gc.callbacks[:], gc.get_threshold(), gc.isenabled()
    yield
    gc.callbacks[:] = callbacks
    gc.set_threshold(*threshold)
    (gc.enable if enabled else gc.disable)()


@pytest.fixture(name="events")
def _events() -> Events:
    """Return what the probe tells of the target."""
    return []


@pytest.fixture(name="probe")
def _probe(events: Events, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """Return a probe with thresholds 700, 10, 10 that does not listen, and logs in rows."""
    monkeypatch.setattr(gc_log, "read", None)
    gc.set_threshold(700, 10, 10)
    return Generations(1_000, lambda what, detail: events.append((what, detail)))


def collection(  # noqa: PLR0913
    start_ns: int,
    stop_ns: int,
    generation: int = 0,
    counts: tuple[int, int, int] = (701, 0, 0),
    collected: int = 0,
    *,
    enabled: bool = True,
) -> list[Row]:
    """Return the two rows that one collection logs."""
    return [
        (start_ns, counts, enabled, True, None, 0, 0, 0),
        (stop_ns, (0, 0, 0), enabled, False, None, generation, collected, 0),
    ]


def taken(probe: Any, log: list[Row]) -> tuple[list[list[Any]], list[list[Any]]]:  # noqa: ANN401
    """Return the rows by generation and the notable collections after *log*."""
    probe._log[:] = log  # noqa: SLF001
    recorder = Recorder()
    probe.take(recorder.send)
    (found,) = recorder.of("generations")
    return found["rows"], found["notable"]


def test_a_collection_is_counted_with_its_pause(probe: Any) -> None:  # noqa: ANN401
    rows, notable = taken(probe, collection(2_000, 5_000, collected=7))
    assert rows[0] == [0, 700, rows[0][2], 1, 7, 0, 0, 3_000, 3_000, [bucket(3_000), 1]]
    assert rows[1][3:] == [0, 0, 0, 0, 0, 0, []]
    assert notable == [[1_000, 0, 7, 0, 3_000, False]]


def test_a_second_look_begins_at_nothing(probe: Any) -> None:  # noqa: ANN401
    taken(probe, collection(2_000, 5_000, collected=7))
    rows, notable = taken(probe, [])
    assert [row[3] for row in rows] == [0, 0, 0]
    assert notable == []


@pytest.mark.parametrize(
    ("generation", "counts", "enabled", "manual"),
    [
        (0, (701, 0, 0), True, False),
        (0, (700, 0, 0), True, True),  # it would not have started by itself
        (0, (701, 0, 0), False, True),
        (1, (701, 11, 0), True, False),
        (1, (701, 10, 0), True, True),
        (2, (701, 11, 11), True, False),
        (2, (5, 0, 0), True, True),
    ],
)
def test_what_could_not_start_by_itself_is_manual(
    probe: Any,  # noqa: ANN401
    generation: int,
    counts: tuple[int, int, int],
    enabled: bool,  # noqa: FBT001
    manual: bool,  # noqa: FBT001
) -> None:
    rows, _ = taken(probe, collection(2_000, 3_000, generation, counts, enabled=enabled))
    assert rows[generation][6] == manual


def test_nested_collections_are_told_apart(probe: Any) -> None:  # noqa: ANN401
    """3.12 starts one inside the callback of another."""
    outer, inner = collection(1_000, 9_000, 1), collection(2_000, 3_000)
    rows, _ = taken(probe, [outer[0], *inner, outer[1]])
    assert (rows[0][3], rows[0][7]) == (1, 1_000)
    assert (rows[1][3], rows[1][7]) == (1, 8_000)


def test_a_stop_without_its_start_counts_without_a_pause(probe: Any) -> None:  # noqa: ANN401
    rows, notable = taken(probe, collection(1_000, 2_000, collected=3)[1:])
    assert (rows[0][3], rows[0][4], rows[0][7], notable) == (1, 3, 0, [])


def test_only_the_largest_are_told_one_by_one(probe: Any) -> None:  # noqa: ANN401
    log = [row for n in range(100) for row in collection(n * 10, n * 10 + 5, collected=n)]
    rows, notable = taken(probe, log)
    assert (rows[0][3], rows[0][4]) == (100, sum(range(100)))
    assert [one[2] for one in notable] == [95, 96, 97, 98, 99]


def test_real_collections_are_seen_and_agree_with_the_statistics(probe: Any) -> None:  # noqa: ANN401
    gc.disable()
    gc.collect()
    probe.start()
    loops: list[list[Any]] = [[] for _ in range(10)]
    for one in loops:
        one.append(one)
    del one
    loops.clear()
    assert gc.collect() == 10
    gc.collect(0)
    gc.collect(1)
    recorder = Recorder()
    probe.take(recorder.send)
    probe.stop()
    (found,) = recorder.of("generations")
    assert [row[3] for row in found["rows"]] == [1, 1, 1]
    assert [row[6] for row in found["rows"]] == [1, 1, 1]
    assert [stats[0] for stats in found["stats"]] == [1, 1, 1]
    assert found["rows"][2][4] == found["stats"][2][1] == 10


def test_stop_takes_out_only_what_start_put_in(probe: Any) -> None:  # noqa: ANN401
    def theirs(_phase: str, _info: dict[str, int]) -> None:
        """Stand among the callbacks."""

    before = gc.callbacks[:]
    gc.callbacks.append(theirs)
    probe.start()
    assert len(gc.callbacks) == len(before) + 3
    probe.stop()
    assert gc.callbacks == [*before, theirs]


def test_callbacks_the_target_cleared_come_back(probe: Any, events: Events) -> None:  # noqa: ANN401
    probe.start()
    ours = gc.callbacks[-2:]
    gc.callbacks.clear()
    taken(probe, [])
    assert gc.callbacks == ours
    assert ("gc-callbacks-cleared", "") in events
    probe.stop()


def test_knobs_are_noted_once(probe: Any, events: Events) -> None:  # noqa: ANN401
    gc.disable()
    gc.set_threshold(5_000, 20, 30)
    taken(probe, [])
    taken(probe, [])
    gc.enable()
    taken(probe, [])
    assert events == [
        ("gc-disabled", ""),
        ("gc-threshold", "5000, 20, 30"),
        ("gc-enabled", ""),
    ]


def test_what_is_disowned_does_not_count(probe: Any) -> None:  # noqa: ANN401
    gc.disable()
    probe.start()
    probe.disown(gc.collect)
    gc.collect()
    recorder = Recorder()
    probe.take(recorder.send)
    probe.stop()
    (found,) = recorder.of("generations")
    assert found["rows"][2][3] == 1
    assert found["stats"][2][0] == 1


def test_a_log_of_rows_is_kept_short(probe: Any) -> None:  # noqa: ANN401
    probe._log[:] = collection(2_000, 5_000)  # noqa: SLF001
    probe.shorten()
    assert probe._log == []  # noqa: SLF001
    assert taken(probe, [])[0][0][3] == 1


def test_settling_leaves_nothing_in_the_log(probe: Any) -> None:  # noqa: ANN401
    gc.disable()
    probe.start()
    gc.collect()
    probe.settle()
    assert probe._log == []  # noqa: SLF001
    gc.collect()
    recorder = Recorder()
    probe.take(recorder.send)
    probe.stop()
    assert recorder.of("generations")[0]["rows"][2][3] == 2
