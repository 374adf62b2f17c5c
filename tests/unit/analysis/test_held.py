"""What a suspect's objects are, and what holds them."""

from dataclasses import replace

import pytest
from support.facts import facts
from support.facts import held as owners

from memprof.analysis import caches, held
from memprof.model.caches import Cache
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.owners import Owned, OwnedSite, Owners

OWNED = Owned(100, 4, 0, (("app.POOL[*]", 90), ("app.other", 6)))


def _owned(**given: object) -> Facts:
    """Return facts of two types and a site, with owners of these."""
    made = facts([[1]], counts=[[1], [1]])
    types = (Type("builtins", "dict"), Type("app", "Entry"))
    values = {"complete": True, "types": {}, "sites": {}, **given}
    return replace(
        made,
        objects=replace(made.objects, types=types),
        owners=Owners(**values),  # type: ignore[arg-type]
    )


def _held_by(owner: str) -> held.Held:
    return held.Held(None, ((owner, 10),), 10, 0, 0)


def _cache(name: str, size: int, maxsize: int | None) -> Cache:
    return Cache("app", name, "/srv/app.py", 1, False, maxsize, size, 0, 0)  # noqa: FBT003


def test_where_nobody_looked_nothing_is_known() -> None:
    assert held.of_site(facts([[1]]), 0) == held.NOTHING
    assert held.of_type(facts(counts=[[1]]), 0) == held.NOTHING
    assert held.of_site(_owned(), 0) == held.NOTHING
    assert held.NOTHING.owner is None
    assert not held.NOTHING.is_garbage


def test_a_site_is_what_most_of_its_objects_are() -> None:
    found = held.of_site(_owned(sites={0: OwnedSite(OWNED, ((0, 30), (1, 70)))}), 0)
    assert found.type == Type("app", "Entry")
    assert (found.owner, found.total, found.from_c) == ("app.POOL[*]", 100, 4)
    assert found.alike == 70


def test_of_as_many_a_class_says_more_than_a_dict() -> None:
    found = held.of_site(_owned(sites={0: OwnedSite(OWNED, ((0, 50), (1, 50)))}), 0)
    assert found.type == Type("app", "Entry")


def test_a_type_is_itself() -> None:
    found = held.of_type(_owned(types={1: OWNED}), 1)
    assert (found.type, found.owners) == (Type("app", "Entry"), OWNED.owners)


@pytest.mark.parametrize(("garbage", "most"), [(49, False), (50, True), (0, False)])
def test_half_of_it_garbage_is_garbage(garbage: int, most: bool) -> None:  # noqa: FBT001
    assert held.Held(None, (), 100, 0, garbage).is_garbage == most


def test_a_cache_is_found_by_its_function() -> None:
    rows = (_cache("Store.load", 40, None), _cache("price", 90, 128))
    table = caches.analyse(facts(caches=rows))
    found = held.cache_of(_held_by("app.Store.load.<lru_cache>[*]"), table)
    assert found is not None
    assert found.cache.name == "Store.load"


def test_a_cache_of_an_unknown_name_is_the_one_that_can_grow() -> None:
    rows = (_cache("price", 900, 1000), _cache("load", 40, None), _cache("empty", 0, None))
    table = caches.analyse(facts(caches=rows))
    found = held.cache_of(_held_by("app.HANDLERS[*].<lru_cache>"), table)
    assert found is not None
    assert found.cache.name == "load"


def test_a_cache_by_another_name_is_found_by_what_it_is_a_cache_of() -> None:
    rows = (_cache("load", 900, 1000), _cache("<lambda>", 70, 90), _cache("settings", 5, None))
    table = caches.analyse(facts(caches=rows))
    for path, name in (
        ("app._get.<lru_cache of load>", "load"),
        ("app.ALL['a'].<lru_cache of lambda> key", "<lambda>"),
    ):
        found = held.cache_of(_held_by(path), table)
        assert found is not None
        assert found.cache.name == name


def test_of_two_caches_of_one_name_it_is_the_one_of_its_module() -> None:
    rows = (_cache("load", 900, 1000), replace(_cache("load", 40, None), module="other"))
    table = caches.analyse(facts(caches=rows))
    for path, module in (("app.load.<lru_cache>", "app"), ("other.load.<lru_cache>", "other")):
        found = held.cache_of(_held_by(path), table)
        assert found is not None
        assert found.cache.module == module


def test_what_no_cache_holds_has_none() -> None:
    table = caches.analyse(facts(caches=(_cache("load", 40, None),)))
    assert held.cache_of(_held_by("app.POOL[*]"), table) is None
    assert held.cache_of(held.NOTHING, table) is None
    empty = caches.analyse(facts())
    assert held.cache_of(_held_by("app.load.<lru_cache>"), empty) is None


@pytest.mark.parametrize(
    ("end", "midway", "complete", "earlier"),
    [
        (OWNED, Owned(60, 0, 0, (("app.POOL[*]", 50),), 64), True, held.Earlier(50, 64)),
        (OWNED, Owned(60, 0, 0, (("app.POOL[*]", 50),), 64), False, None),
        (OWNED, Owned(60, 0, 0, (("app.other", 50),), 64), True, None),
        (Owned(9, 9, 0, ()), Owned(9, 9, 0, ()), True, None),
    ],
)
def test_what_the_same_path_held_midway(
    end: Owned, midway: Owned, *, complete: bool, earlier: held.Earlier | None
) -> None:
    given = replace(
        _owned(), owners=owners({0: end}), owners_midway=owners({0: midway}, complete=complete)
    )
    assert held.of_site(given, 0).earlier == held.of_type(given, 0).earlier == earlier


LET_GO = Owned(3, 0, 0, (("app.other", 3),))
GARBAGE = Owned(400, 0, 390, (("unreachable garbage", 390),))


@pytest.mark.parametrize(
    ("end", "midway", "owner"),
    [
        (None, OWNED, "app.POOL[*]"),
        (LET_GO, OWNED, "app.POOL[*]"),
        (GARBAGE, OWNED, "app.POOL[*]"),
        (OWNED, LET_GO, "app.POOL[*]"),
        (OWNED, None, "app.POOL[*]"),
        (LET_GO, GARBAGE, "app.other"),
        (GARBAGE, LET_GO, "unreachable garbage"),
    ],
)
def test_what_was_let_go_of_by_the_end_is_told_as_it_was_midway(
    end: Owned | None, midway: Owned | None, owner: str
) -> None:
    def looked(owned: Owned | None) -> Owners | None:
        found = {} if owned is None else {0: OwnedSite(owned, ((1, owned.total),))}
        return Owners(complete=True, types={1: owned} if owned else {}, sites=found)

    given = replace(_owned(), owners=looked(end), owners_midway=looked(midway))
    for found in (held.of_site(given, 0), held.of_type(given, 1)):
        assert found.owner == owner
        assert found.midway == (midway is OWNED)
