"""Caches: which functools.lru_cache is how full, and which can grow for ever."""

from dataclasses import dataclass

from memprof.model.caches import Cache
from memprof.model.facts import Facts

UNBOUNDED = "unbounded"
FULL = "full"
FILLING = "filling"
OFF = "off"


@dataclass(frozen=True, slots=True)
class CacheRow:
    """
    One cache.

    `state` is UNBOUNDED (no limit: nothing is ever dropped), FULL (each new
    entry drops one), FILLING or OFF (a limit of 0).  `hit_share` is hits of
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
    rows = sorted(map(_row, facts.caches or ()), key=_key)
    used = [row for row in rows if row.cache.size]
    return CacheTable(
        known=facts.caches is not None,
        rows=tuple(rows),
        entries=sum(row.cache.size for row in rows),
        unbounded=sum(row.state == UNBOUNDED for row in used),
        pinning=sum(row.cache.pins for row in used),
    )


def _row(cache: Cache) -> CacheRow:
    """Return the row of one cache."""
    calls = cache.hits + cache.misses
    return CacheRow(cache, _state(cache), cache.hits / calls if calls else None)


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
