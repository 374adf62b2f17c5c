"""Caches: which functools.lru_cache is how full, and which can grow for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

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

_FEW_INSTANCES = 4


@dataclass(frozen=True, slots=True)
class CacheRow:
    """
    One cache.

    `state` is UNBOUNDED (no limit: nothing is ever dropped), FULL (each new
    entry drops one), FILLING, PINNING (not full, of a method, and half as many
    instances of its class are alive as there are entries, or more: these keep
    them) or OFF (a limit of 0).  `hit_share` is hits of
    all calls, None where there were none.
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
    alive = _alive(facts) if any(cache.pins for cache in facts.caches or ()) else {}
    rows = sorted((_row(cache, alive) for cache in facts.caches or ()), key=_key)
    used = [row for row in rows if row.cache.size]
    return CacheTable(
        known=facts.caches is not None,
        rows=tuple(rows),
        entries=sum(row.cache.size for row in rows),
        unbounded=sum(row.state == UNBOUNDED for row in used),
        pinning=sum(row.cache.pins for row in used),
    )


def _alive(facts: Facts) -> dict[tuple[str, str], int]:
    """Return how many objects of each class there are at the end, by module and name."""
    if not facts.snapshots:
        return {}
    counts = counts_at(facts, len(facts.snapshots) - 1)
    kinds = zip(facts.objects.types, counts, strict=False)
    return {(kind.module, kind.qualname): count for kind, count in kinds}


def _row(cache: Cache, alive: Mapping[tuple[str, str], int]) -> CacheRow:
    """Return the row of one cache, where so many objects of each class are *alive*."""
    calls = cache.hits + cache.misses
    state = _state(cache)
    if state == FILLING and cache.pins:
        # The class of a method is what its name begins with.
        instances = alive.get((cache.module, cache.name.rpartition(".")[0]), 0)
        state = PINNING if instances >= max(_FEW_INSTANCES, cache.size / 2) else state
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
