"""Facts about the cyclic garbage collector, by generation and collection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Generation:
    """
    Collections of one generation during one snapshot interval.

    `threshold` and `count` are as of the snapshot, None where the
    interpreter has none for that generation; the rest counts collections
    since the snapshot before.  `manual` of them the target asked for by
    `gc.collect()`.  `pauses` is a histogram: bucket (see
    `agent.wire.bucket_floor`) to number of collections.
    """

    generation: int
    threshold: int | None
    count: int | None
    collections: int
    collected: int
    uncollectable: int
    manual: int
    pause_total_ns: int
    pause_max_ns: int
    pauses: dict[int, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """One run of the collector that is worth a row."""

    at_ns: int
    generation: int
    collected: int
    uncollectable: int
    pause_ns: int
    manual: bool


@dataclass(frozen=True, slots=True)
class GenerationStats:
    """What `gc.get_stats()` itself says since tracing began."""

    collections: int
    collected: int
    uncollectable: int


@dataclass(frozen=True, slots=True)
class Generations:
    """`intervals[n]` belongs to snapshot *n*; `notable` in order of time."""

    intervals: tuple[tuple[Generation, ...], ...]
    stats: tuple[GenerationStats, ...]
    notable: tuple[Collection, ...]
