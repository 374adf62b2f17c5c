"""Generations: what the cyclic collector did, by generation, and what it cost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memprof.agent.wire import bucket_floor
from memprof.model.facts import Facts
from memprof.model.generations import GenerationStats
from memprof.model.run import Event, Interpreter

_COUNTERS = ("collections", "collected", "uncollectable")


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """
    One generation over the whole run.

    `threshold` and `count` are as of the last snapshot.  `manual` of the
    `collections` the target asked for.  Pauses are in nanoseconds:
    percentiles within 6 %, the longest exact, None where nothing was
    collected.  `pause_share` is of the run's duration.
    """

    generation: int
    threshold: int | None
    count: int | None
    collections: int
    manual: int
    collected: int
    uncollectable: int
    pause_total_ns: int
    pause_p50_ns: int | None
    pause_p99_ns: int | None
    pause_max_ns: int | None
    pause_share: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A counter of a generation where our callbacks and gc.get_stats() differ."""

    generation: int
    counter: str
    seen: int
    reported: int


@dataclass(frozen=True, slots=True)
class GenerationTable:
    """
    The collector's work.

    `checked` says whether there were statistics to compare with.
    `incremental` marks CPython 3.14.0 to 3.14.4, whose increments call back
    without being counted.  `events` is what the target did to its collector.
    """

    rows: tuple[GenerationRow, ...]
    checked: bool
    disagreements: tuple[Disagreement, ...]
    incremental: bool
    free_threaded: bool
    events: tuple[Event, ...]


def analyse(facts: Facts) -> GenerationTable:
    """Return what *facts* say of the collector, by generation."""
    numbers = sorted({g.generation for interval in facts.generations.intervals for g in interval})
    rows = tuple(_row(facts, number) for number in numbers)
    interpreter = facts.run.interpreter
    return GenerationTable(
        rows=rows,
        checked=bool(facts.generations.stats),
        disagreements=_disagreements(rows, facts.generations.stats),
        incremental=_is_incremental(interpreter),
        free_threaded=interpreter.free_threaded,
        events=tuple(event for event in facts.run.events if event.what.startswith("gc-")),
    )


def percentile(pauses: Mapping[int, int], share: float, longest_ns: int) -> int | None:
    """
    Return the pause, in ns, that *share* of the collections stayed within.

    *pauses* is bucket to number.  The answer is the middle of its bucket,
    or *longest_ns*, which is exact, where it falls in the highest one.
    """
    buckets = sorted(bucket for bucket, number in pauses.items() if number > 0)
    if not buckets:
        return None
    total = sum(pauses[bucket] for bucket in buckets)
    passed = 0
    for bucket in buckets[:-1]:
        passed += pauses[bucket]
        if passed >= share * total:
            low: int = bucket_floor(bucket)
            high: int = bucket_floor(bucket + 1) - 1
            return min((low + high) // 2, longest_ns)
    return longest_ns


def _row(facts: Facts, number: int) -> GenerationRow:
    """Sum the intervals of generation *number*."""
    parts = [g for interval in facts.generations.intervals for g in interval]
    parts = [part for part in parts if part.generation == number]
    pauses: Counter[int] = Counter()
    for part in parts:
        pauses.update(part.pauses)
    longest_ns = max(part.pause_max_ns for part in parts)
    total_ns = sum(part.pause_total_ns for part in parts)
    collections = sum(part.collections for part in parts)
    duration_ns = facts.run.duration_ns
    return GenerationRow(
        generation=number,
        threshold=parts[-1].threshold,
        count=parts[-1].count,
        collections=collections,
        manual=sum(part.manual for part in parts),
        collected=sum(part.collected for part in parts),
        uncollectable=sum(part.uncollectable for part in parts),
        pause_total_ns=total_ns,
        pause_p50_ns=percentile(pauses, 0.5, longest_ns),
        pause_p99_ns=percentile(pauses, 0.99, longest_ns),
        pause_max_ns=longest_ns if collections else None,
        pause_share=total_ns / duration_ns if duration_ns > 0 else None,
    )


def _disagreements(
    rows: Sequence[GenerationRow], stats: Sequence[GenerationStats]
) -> tuple[Disagreement, ...]:
    """Compare what was seen with what gc.get_stats() counted."""
    seen = {row.generation: row for row in rows}
    found = []
    for number, reported in enumerate(stats):
        for counter in _COUNTERS:
            ours = getattr(seen[number], counter) if number in seen else 0
            theirs = getattr(reported, counter)
            if ours != theirs:
                found.append(Disagreement(number, counter, ours, theirs))
    return tuple(found)


def _is_incremental(interpreter: Interpreter) -> bool:
    """Say whether *interpreter* has the incremental collector of 3.14.0 to 3.14.4."""
    numbers = [int(part) for part in interpreter.version.split(".") if part.isdecimal()]
    return (
        interpreter.implementation.lower() == "cpython"
        and not interpreter.free_threaded
        and [3, 14, 0] <= numbers[:3] < [3, 14, 5]
    )
