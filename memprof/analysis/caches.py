"""Caches: which functools.lru_cache is how full, and which can grow for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

from memprof.analysis.judged import warm_up
from memprof.analysis.objects import counts_at
from memprof.model.caches import Cache
from memprof.model.facts import Facts

UNBOUNDED = "unbounded"
PINNING = "pinning"
FULL = "full"
FILLING = "filling"
OFF = "off"

HARMLESS = frozenset({FULL, FILLING, OFF})
"""States in which growth is no leak: the cache has a limit, and keeps what it was given."""

_FEW_INSTANCES, _CAME_SHARE = 4, 0.1
"""Of what a cache pins so many came after the warm-up at least, of its entries so large a share."""


@dataclass(frozen=True, slots=True)
class CacheRow:
    """
    One cache.

    `state` is UNBOUNDED (no limit: nothing is ever dropped), FULL (each new
    entry drops one), FILLING, PINNING (not full, of a method, half as many
    instances of its class are alive as there are entries, or more, and they came
    after the warm-up: the entries keep them) or OFF (a limit of 0).  `hit_share`
    is hits of all calls, None where there were none.
    """

    cache: Cache
    state: str
    hit_share: float | None


@dataclass(frozen=True, slots=True)
class CacheTable:
    """
    Every cache, fullest first; not `known` where the run did not end in order.

    Of them `unbounded` have no limit, and `pinning` keep instances alive; the
    empty ones do not count for either.
    """

    known: bool
    rows: tuple[CacheRow, ...]
    entries: int
    unbounded: int
    pinning: int


def analyse(facts: Facts) -> CacheTable:
    """Return what *facts* say of caches."""
    instances = _instances(facts) if any(cache.pins for cache in facts.caches or ()) else {}
    rows = sorted((_row(cache, instances) for cache in facts.caches or ()), key=_key)
    used = [row for row in rows if row.cache.size]
    return CacheTable(
        known=facts.caches is not None,
        rows=tuple(rows),
        entries=sum(row.cache.size for row in rows),
        unbounded=sum(row.state == UNBOUNDED for row in used),
        pinning=sum(row.cache.pins for row in used),
    )


def _instances(facts: Facts) -> dict[tuple[str, str], tuple[int, int]]:
    """
    Return how many objects of each class there are at the end, and came since the warm-up.

    By module and name.  Where that was not seen all of them may have come.
    """
    last = len(facts.snapshots) - 1
    if last < 0:
        return {}
    warm_ns = warm_up(facts).ends_ns
    index = max((at for at in range(last) if facts.snapshots[at].at_ns <= warm_ns), default=None)
    alive = counts_at(facts, last)
    before = [0] * len(alive) if index is None else counts_at(facts, index)
    return {
        (kind.module, kind.qualname): (count, count - earlier)
        for kind, count, earlier in zip(facts.objects.types, alive, before, strict=False)
    }


def _row(cache: Cache, instances: Mapping[tuple[str, str], tuple[int, int]]) -> CacheRow:
    """Return the row of one cache, where of each class there are so many *instances*."""
    calls = cache.hits + cache.misses
    state = _state(cache)
    if state == FILLING and cache.pins:
        # The class of a method is what its name begins with.
        alive, came = instances.get((cache.module, cache.name.rpartition(".")[0]), (0, 0))
        pinned = alive >= max(_FEW_INSTANCES, cache.size / 2)
        grown = came >= max(_FEW_INSTANCES, cache.size * _CAME_SHARE)
        state = PINNING if pinned and grown else state
    return CacheRow(cache, state, cache.hits / calls if calls else None)


def _state(cache: Cache) -> str:
    """Return how near its limit a cache is."""
    if cache.maxsize is None:
        return UNBOUNDED
    if not cache.maxsize:
        return OFF
    return FULL if cache.size >= cache.maxsize else FILLING


def _key(row: CacheRow) -> tuple[int, str, str, str, int, int, int, int]:
    """Return what a row sorts by: entries, then name, place and figures; no limit first."""
    cache = row.cache
    limit = -1 if cache.maxsize is None else cache.maxsize
    place = (cache.module, cache.name, cache.file or "", cache.line)
    return (-cache.size, *place, limit, -cache.hits, -cache.misses)
