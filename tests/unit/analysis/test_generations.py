"""Collections add up, percentiles stay within their bucket, statistics are checked."""

from dataclasses import replace

import pytest
from support.facts import RUN, facts, generation

from memprof.agent.wire import bucket, bucket_floor
from memprof.analysis.generations import Disagreement, analyse, percentile
from memprof.model.generations import Generations, GenerationStats
from memprof.model.run import Event


def test_intervals_add_up() -> None:
    intervals = (
        (generation(0, [100, 200], collected=3, manual=1), generation(2, threshold=None)),
        (generation(0, [900], collected=4, count=77, threshold=500),),
    )
    stats = (GenerationStats(3, 7, 0), GenerationStats(0, 0, 0), GenerationStats(0, 0, 0))
    found = analyse(facts(number=2, generations=Generations(intervals, stats, ())))
    first, second = found.rows
    assert (first.collections, first.collected, first.manual) == (3, 7, 1)
    assert (first.threshold, first.count) == (500, 77)
    assert (first.pause_total_ns, first.pause_max_ns) == (1200, 900)
    assert first.pause_share == pytest.approx(1200 / 1e9)
    assert (second.generation, second.threshold, second.pause_max_ns) == (2, None, None)
    assert found.checked
    assert found.disagreements == ()


def test_a_disagreement_has_both_numbers() -> None:
    stats = (GenerationStats(2, 0, 1), GenerationStats(5, 0, 0))
    given = Generations(((generation(0, [10, 10]),),), stats, ())
    found = analyse(facts(number=1, generations=given))
    assert found.disagreements == (
        Disagreement(0, "uncollectable", 0, 1),
        Disagreement(1, "collections", 0, 5),
    )


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_percentiles_are_within_their_bucket(share: float) -> None:
    pauses = [1_000 * (n + 1) for n in range(1_000)]
    one = generation(0, pauses)
    true = pauses[int(share * 1_000) - 1]
    found = percentile(one.pauses, share, one.pause_max_ns)
    assert found is not None
    assert bucket_floor(bucket(true)) <= found < bucket_floor(bucket(true) + 1)
    assert abs(found - true) <= 0.06 * true


def test_the_highest_bucket_gives_the_exact_maximum() -> None:
    assert percentile({bucket(1_001): 3}, 0.5, 1_001) == 1_001
    assert percentile({bucket(10): 99, bucket(5_555): 1}, 0.99, 5_555) == 10
    assert percentile({bucket(10): 98, bucket(5_555): 2}, 0.99, 5_555) == 5_555
    assert percentile({}, 0.5, 0) is None


def test_a_percentile_is_never_above_the_maximum() -> None:
    low = bucket(100_000)
    assert percentile({low: 5, low + 1: 1}, 0.5, bucket_floor(low)) == bucket_floor(low)


def test_events_of_the_collector_are_noted() -> None:
    events = (Event(1, "gc-disabled", ""), Event(2, "tracing-cleared", ""))
    found = analyse(facts(run=replace(RUN, events=events)))
    assert [event.what for event in found.events] == ["gc-disabled"]


@pytest.mark.parametrize(
    ("version", "incremental"),
    [("3.13.9", False), ("3.14.0", True), ("3.14.4", True), ("3.14.5", False), ("odd", False)],
)
def test_the_incremental_collector_is_known(version: str, incremental: bool) -> None:  # noqa: FBT001
    interpreter = replace(RUN.interpreter, version=version)
    assert analyse(facts(run=replace(RUN, interpreter=interpreter))).incremental is incremental
