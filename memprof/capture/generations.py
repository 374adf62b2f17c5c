"""Assembles the facts about the cyclic garbage collector."""

from memprof.agent.wire import bucket
from memprof.capture.fields import (
    MAX_INTEGER,
    DamagedRecord,
    Record,
    flag,
    integer,
    integers,
    items,
    optional_integer,
)
from memprof.model.generations import Collection, Generation, Generations, GenerationStats

MAX_NOTABLE = 20_000
"""Rows of notable collections kept, the earliest; nobody reads more."""

_ROW = 10
_STATS = 3
_NOTABLE = 6
_MAX_BUCKET = bucket(MAX_INTEGER)


class GenerationsReader:
    """Collects collections by generation, snapshot by snapshot."""

    def __init__(self) -> None:
        """Start with no snapshots."""
        self._pending: dict[int, Generation] = {}
        self._pending_stats: tuple[GenerationStats, ...] | None = None
        self._pending_notable: list[Collection] = []
        self._intervals: list[tuple[Generation, ...]] = []
        self._stats: tuple[GenerationStats, ...] = ()
        self._notable: list[Collection] = []

    def take(self, record: Record) -> None:
        """Add a `generations` record to the snapshot that is being read."""
        found = [_generation(items(row)) for row in record.items("rows")]
        stats = tuple(_stats(row) for row in record.items("stats"))
        notable = [_collection(items(row)) for row in record.items("notable")]
        for generation in found:
            before = self._pending.get(generation.generation)
            joined = generation if before is None else _joined(before, generation)
            self._pending[generation.generation] = joined
        self._pending_stats = stats
        self._pending_notable.extend(notable)

    def close(self) -> None:
        """End the snapshot."""
        self._intervals.append(tuple(self._pending.values()))
        if self._pending_stats is not None:
            self._stats = self._pending_stats
        self._notable.extend(self._pending_notable[: MAX_NOTABLE - len(self._notable)])
        self._pending = {}
        self._pending_stats = None
        self._pending_notable = []

    def facts(self) -> Generations:
        """Return what was collected; notable collections in order of time."""
        notable = sorted(self._notable, key=lambda collection: collection.at_ns)
        return Generations(tuple(self._intervals), self._stats, tuple(notable))


def _generation(row: list[object]) -> Generation:
    """Return the generation in one row."""
    if len(row) != _ROW:
        raise DamagedRecord
    return Generation(
        generation=integer(row[0]),
        threshold=optional_integer(row[1]),
        count=optional_integer(row[2]),
        collections=integer(row[3]),
        collected=integer(row[4]),
        uncollectable=integer(row[5]),
        manual=integer(row[6]),
        pause_total_ns=integer(row[7]),
        pause_max_ns=integer(row[8]),
        pauses=_histogram(integers(row[9])),
    )


def _histogram(flat: list[int]) -> dict[int, int]:
    """Return (bucket, number, ...) as bucket to number."""
    buckets, numbers = flat[::2], flat[1::2]
    if len(buckets) != len(numbers) or max(buckets, default=0) > _MAX_BUCKET:
        raise DamagedRecord
    return dict(zip(buckets, numbers, strict=True))


def _stats(row: object) -> GenerationStats:
    """Return the statistics in one row; differences, so they may be below 0."""
    numbers = integers(row, -MAX_INTEGER)
    if len(numbers) != _STATS:
        raise DamagedRecord
    return GenerationStats(*numbers)


def _collection(row: list[object]) -> Collection:
    """Return the notable collection in one row."""
    if len(row) != _NOTABLE:
        raise DamagedRecord
    at_ns, generation, collected, uncollectable, pause_ns = integers(row[:-1])
    return Collection(at_ns, generation, collected, uncollectable, pause_ns, flag(row[-1]))


def _joined(before: Generation, after: Generation) -> Generation:
    """
    Return two intervals of one generation as one.

    Two come together where the snapshot between them was damaged.
    """
    pauses = dict(before.pauses)
    for number, collections in after.pauses.items():
        pauses[number] = pauses.get(number, 0) + collections
    return Generation(
        generation=after.generation,
        threshold=after.threshold,
        count=after.count,
        collections=before.collections + after.collections,
        collected=before.collected + after.collected,
        uncollectable=before.uncollectable + after.uncollectable,
        manual=before.manual + after.manual,
        pause_total_ns=before.pause_total_ns + after.pause_total_ns,
        pause_max_ns=max(before.pause_max_ns, after.pause_max_ns),
        pauses=pauses,
    )
