"""Which functools.lru_cache is how full, and which can grow for ever."""

from dataclasses import replace

import pytest
from support.facts import facts

from memprof.analysis.caches import FILLING, FULL, HARMLESS, PINNING, analyse
from memprof.model.caches import Cache
from memprof.model.objects import Type


def _cache(  # noqa: PLR0913
    name: str, size: int, maxsize: int | None, *, pins: bool = False, hits: int = 0, misses: int = 0
) -> Cache:
    return Cache("app", name, "/srv/app.py", 1, pins, maxsize, size, hits, misses)


def test_where_nobody_looked_nothing_is_known() -> None:
    found = analyse(facts())
    assert (found.known, found.rows, found.entries) == (False, (), 0)
    assert analyse(facts(caches=())).known


@pytest.mark.parametrize(
    ("size", "maxsize", "state"),
    [
        (0, None, "unbounded"),
        (7, 8, "filling"),
        (8, 8, "full"),
        (9, 8, "full"),
        (0, 0, "off"),
    ],
)
def test_how_near_its_limit_a_cache_is(size: int, maxsize: int | None, state: str) -> None:
    (row,) = analyse(facts(caches=(_cache("load", size, maxsize),))).rows
    assert row.state == state


def test_the_share_of_hits_is_of_all_calls() -> None:
    (row,) = analyse(facts(caches=(_cache("load", 1, 8, hits=3, misses=1),))).rows
    assert row.hit_share == 0.75
    (row,) = analyse(facts(caches=(_cache("load", 0, 8),))).rows
    assert row.hit_share is None


def test_the_fullest_comes_first_and_the_empty_count_for_nothing() -> None:
    rows = (
        _cache("empty", 0, None, pins=True),
        _cache("price", 8, 8),
        _cache("load", 90, None, pins=True),
        _cache("price", 8, None),
    )
    found = analyse(facts(caches=rows))
    assert [row.cache.name for row in found.rows] == ["load", "price", "price", "empty"]
    assert found.rows[1].cache.maxsize is None
    assert (found.entries, found.unbounded, found.pinning) == (106, 2, 1)


def test_a_cache_of_a_method_that_keeps_as_many_instances_is_no_harmless_one() -> None:
    given = facts(counts=[list(range(41)), [1] * 41, [40] * 41])
    types = (Type("app", "Provider"), Type("app", "Single"), Type("app", "Fixed"))
    given = replace(given, objects=replace(given.objects, types=types))
    found = (
        _cache("Provider.resolve", 40, 100, pins=True),
        _cache("Single.resolve", 40, 100, pins=True),
        _cache("Fixed.resolve", 40, 100, pins=True),
        _cache("Provider.full", 40, 40, pins=True),
        _cache("Provider.plain", 40, 100),
    )
    states = {row.cache.name: row.state for row in analyse(replace(given, caches=found)).rows}
    assert states == {
        "Provider.resolve": PINNING,
        "Single.resolve": FILLING,
        "Fixed.resolve": FILLING,
        "Provider.full": FULL,
        "Provider.plain": FILLING,
    }
    assert PINNING not in HARMLESS


def test_where_nobody_saw_the_instances_come_enough_of_them_will_do() -> None:
    given = facts(counts=[[40]])
    given = replace(given, objects=replace(given.objects, types=(Type("app", "Provider"),)))
    caches = (_cache("Provider.resolve", 40, 100, pins=True),)
    (row,) = analyse(replace(given, caches=caches)).rows
    assert row.state == PINNING
