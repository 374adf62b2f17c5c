"""Caches: fullest first, and which can grow for ever."""

from support.facts import facts

from memprof.analysis.caches import FILLING, FULL, OFF, UNBOUNDED, analyse
from memprof.model.caches import Cache


def cache(name: str, maxsize: int | None, size: int, *, pins: bool = False) -> Cache:
    """Return a cache that was asked as often as it holds entries."""
    return Cache("app", name, "/srv/app.py", 1, pins, maxsize, size, 0, size)


def test_states_sums_and_order() -> None:
    given = (
        cache("off", 0, 0),
        cache("full", 8, 8, pins=True),
        cache("filling", 8, 7),
        cache("unbounded", None, 900, pins=True),
        cache("empty", None, 0, pins=True),
    )
    found = analyse(facts(caches=given))
    assert [(row.cache.name, row.state) for row in found.rows] == [
        ("unbounded", UNBOUNDED),
        ("full", FULL),
        ("filling", FILLING),
        ("empty", UNBOUNDED),
        ("off", OFF),
    ]
    assert (found.known, found.entries, found.unbounded, found.pinning) == (True, 915, 1, 2)


def test_hits_of_all_calls() -> None:
    used = Cache("app", "one", None, 0, False, None, 1, 3, 1)  # noqa: FBT003
    found = analyse(facts(caches=(used, cache("never", 5, 0))))
    assert [row.hit_share for row in found.rows] == [0.75, None]


def test_unknown_is_not_none_at_all() -> None:
    assert not analyse(facts()).known
    assert analyse(facts(caches=())).known
