"""Facts about a function that was called in rounds: what each round gained."""

from collections.abc import Mapping
from dataclasses import dataclass

from memprof.model.allocations import Frame
from memprof.model.objects import Type

OBJECTS, BLOCKS, BYTES = "objects", "blocks", "native bytes"
DESCRIPTORS, THREADS, ITEMS = "descriptors", "threads", "items of containers"

ROUNDS = 4
"""Rounds of a set, as the agent makes them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted: one of the words above; of OBJECTS, which `type`."""

    what: str
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class RoundSet:
    """
    Rounds of `calls` calls each; `gains` is what each round gained.

    A figure that is the same after every round has no gains.  Of blocks and items up
    to `noise` in each round are somebody else's.
    """

    calls: int
    gains: Mapping[Figure, tuple[int, ...]]
    noise: int = 0


@dataclass(frozen=True, slots=True)
class Birthplace:
    """
    A stack that allocated what stays: blocks and bytes gained in each traced round.

    `type` is that of the objects found to be from there, None where nothing was found.
    """

    stack: tuple[Frame, ...]
    blocks: tuple[int, ...]
    size_bytes: tuple[int, ...]
    type: Type | None


@dataclass(frozen=True, slots=True)
class Keeper:
    """
    What holds objects that stay: `owner` in words, `held` of `total` objects of `type`.

    Where `items` is not None it is a container instead, which gained so many items.
    """

    owner: str
    type: Type
    held: int
    total: int
    items: int | None = None


@dataclass(frozen=True, slots=True)
class CacheGain:
    """A functools.lru_cache that gained `entries` in a set; no `maxsize` is no limit."""

    module: str
    name: str
    maxsize: int | None
    entries: int


@dataclass(frozen=True, slots=True)
class Traced:
    """
    One more set of `rounds` rounds of `calls` calls, traced.

    `by` says who traced.
    """

    calls: int
    rounds: int
    by: str
    places: tuple[Birthplace, ...]
    keepers: tuple[Keeper, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """
    All that was seen of one function, `name`.

    `sets` are in their order.  `cleared` is the set that was made with the bounded
    caches that grew, `caches`, emptied after each round; None where none grew.
    `collected` objects were found in cycles by the collector in the first set.
    `cut` tells that time ran out before all sets that were wanted; `few` that it allowed too
    few calls of a round for an all-clear; `inside_run` that
    `memprof run` measured the same process, whose own work is among the blocks.
    """

    name: str
    made: int
    sets: tuple[RoundSet, ...]
    caches: tuple[CacheGain, ...]
    cleared: RoundSet | None
    traced: Traced | None
    collected: int
    cut: bool
    few: bool = False
    inside_run: bool = False
