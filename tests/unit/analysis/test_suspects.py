"""The verdict and the ranking: named, never guessed."""

from dataclasses import replace

import pytest
from support.facts import (
    KIB,
    MIB,
    SECOND_NS,
    caching,
    facts,
    generation,
    history,
    owned,
    pools,
    snapshots,
)

from memprof.analysis.suspects import analyse
from memprof.model.allocations import Frame
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.objects import Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.model.run import Event

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
SLOW = [KIB * 2 * n for n in RUN]
FLAT = [KIB * 500 for _ in RUN]
MANY = [100 * n for n in RUN]
FILLING = [KIB * 10 * min(n, 20 + n // 20) for n in RUN]
CACHED = ("app.load.<lru_cache>", 900)


def _typed(given: Facts, *names: tuple[str, str]) -> Facts:
    types = tuple(Type(*name) for name in names)
    return replace(given, objects=replace(given.objects, types=types))


def _sampled(given: Facts, *pairs: tuple[int, int]) -> Facts:
    samples = tuple(SampledObject(kind, site, (1,), (1,), None, ()) for kind, site in pairs)
    holders = {0: "app.REGISTRY[*]"}
    return replace(given, refcounts=RefCounts(given.refcounts.classes, samples, holders))


def test_leaks_are_ranked_by_confidence() -> None:
    found = analyse(facts([SLOW, FLAT, LEAK]))
    assert found.verdict == "LEAK"
    assert [(row.rank, row.stack[0].line) for row in found.rows] == [(1, 3), (2, 1)]
    first = found.rows[0]
    assert first.verdict == "LEAK"
    assert first.confidence == pytest.approx(10 / 12)
    assert first.bytes_per_s == pytest.approx(10 * KIB)
    assert first.share == pytest.approx(10 / 12)
    assert first.kept_share == 1
    assert (first.type, first.held_by) == (None, None)


def test_few_snapshots_are_inconclusive_never_clean() -> None:
    assert analyse(facts([LEAK[:6]])).verdict == "INCONCLUSIVE"
    assert analyse(facts()).verdict == "INCONCLUSIVE"


def test_enough_snapshots_without_growth_say_so() -> None:
    assert analyse(facts([FLAT])).verdict == "CLEAN"


def test_a_type_is_merged_into_the_site_its_samples_name() -> None:
    given = _sampled(facts([FLAT, LEAK], counts=[MANY, MANY]), (0, 1))
    given = _typed(given, ("app", "Session"), ("builtins", "dict"))
    found = analyse(given)
    (row,) = found.rows
    assert row.type == Type("app", "Session")
    assert row.growth_objects == 31 * 100
    assert row.held_by == "app.REGISTRY[*]"
    assert [one.type.qualname for one in found.also_growing] == ["dict"]


def test_a_type_without_a_site_has_its_own_row() -> None:
    found = analyse(_sampled(facts([FLAT], counts=[MANY]), (0, 0)))
    (row,) = found.rows
    assert (row.stack, row.growth_bytes, row.bytes_per_s) == ((), None, None)
    assert row.growth_objects == 31 * 100
    assert row.objects_per_s == pytest.approx(100)
    assert row.judged_on == "objects"


def test_caches_of_the_standard_library_are_left_out_and_counted() -> None:
    given = facts([LEAK], counts=[MANY, MANY])
    site = (Frame("/usr/lib/python3.12/linecache.py", 146, "updatecache"),)
    given = replace(given, allocations=replace(given.allocations, sites=(site,)))
    given = _typed(_sampled(given, (1, 0)), ("builtins", "str"), ("app", "Lazy"))
    found = analyse(given)
    assert [row.type for row in found.rows] == [Type("builtins", "str")]
    assert found.suppressed == 2


def test_where_all_that_grows_is_imported_nothing_can_be_said() -> None:
    given = facts([LEAK], counts=[MANY])
    site = (Frame("<frozen importlib._bootstrap_external>", 757, "_compile_bytecode"),)
    given = replace(given, allocations=replace(given.allocations, sites=(site,)))
    found = analyse(given)
    assert (found.verdict, found.rows) == ("INCONCLUSIVE", ())


def test_what_imports_leave_is_no_suspect_while_modules_come() -> None:
    given = facts([FLAT], counts=[[5 + n for n in RUN], MANY, MANY])
    names = ("builtins", "module"), ("builtins", "tuple"), ("app", "Lazy")
    found = analyse(_typed(given, *names))
    assert [row.type for row in found.rows] == [Type("app", "Lazy")]
    assert found.suppressed == 1
    # Where no more come, a tuple is as suspect as any.
    given = facts([FLAT], counts=[[5 for _ in RUN], MANY, MANY])
    assert len(analyse(_typed(given, *names)).rows) == 2


def test_without_an_engine_only_types_are_judged() -> None:
    given = facts(counts=[MANY])
    settings = replace(given.run.settings, engine="off")
    shots = snapshots(len(RUN), live_bytes=None)
    found = analyse(replace(given, snapshots=shots, run=replace(given.run, settings=settings)))
    assert not found.traced
    assert found.verdict == "LEAK"
    assert found.sites.available == 0


@pytest.mark.parametrize(("tables", "verdict"), [(64, "CLEAN"), (65, "LEAK")])
def test_without_an_engine_tables_may_be_those_of_modules(tables: int, verdict: str) -> None:
    """One module a snapshot, with so many lists each."""
    given = facts(counts=[list(RUN), [tables * n for n in RUN]])
    given = _typed(given, ("builtins", "module"), ("builtins", "list"))
    settings = replace(given.run.settings, engine="off")
    shots = snapshots(len(RUN), live_bytes=None)
    found = analyse(replace(given, snapshots=shots, run=replace(given.run, settings=settings)))
    assert found.verdict == verdict


def test_growth_that_no_type_explains_is_no_all_clear_without_an_engine() -> None:
    given = facts(counts=[[5] * len(RUN)])
    settings = replace(given.run.settings, engine="off")
    shots = [
        replace(one, native_used_bytes=one.at_ns // 1_000)
        for one in snapshots(len(RUN), live_bytes=None)
    ]
    given = replace(given, run=replace(given.run, settings=settings), pools=(pools(),) * len(RUN))
    found = analyse(replace(given, snapshots=tuple(shots)))
    assert (found.verdict, found.rows) == ("INCONCLUSIVE", ())
    assert found.doubts.untraced_bytes == 31 * SECOND_NS // 1_000


def test_tracing_lost_early_leaves_sites_inconclusive() -> None:
    given = facts([FLAT], counts=[[1] * len(RUN)])
    event = Event(9 * SECOND_NS, "tracing-restarted", "")
    found = analyse(replace(given, run=replace(given.run, events=(event,))))
    assert found.verdict == "INCONCLUSIVE"


def test_growth_that_ended_with_the_program_is_said() -> None:
    (row,) = analyse(facts([[*LEAK[:-1], LEAK[20]]])).rows
    assert 0 < row.kept_share < 1


def test_the_type_and_the_owner_come_from_the_walk() -> None:
    given = owned(facts([LEAK], counts=[MANY]), ("app.POOL[*]", 900), ("app.other", 50))
    found = analyse(_sampled(given, (0, 0)))
    (row,) = found.rows
    assert (row.verdict, row.type) == ("LEAK", Type("app", "Type0"))
    # Not of one sampled object alone: the walk met them all.
    assert row.held_by == "app.POOL[*]"
    assert row.held.owners == (("app.POOL[*]", 900), ("app.other", 50))
    assert row.growth_objects == 1000


def test_no_more_objects_came_than_their_type_or_their_blocks_grew_by() -> None:
    """The walk met all that are there, those from before the warm-up too."""
    given = facts([LEAK], counts=[MANY, list(RUN), [7 for _ in RUN]])
    owned = Owned(9000, 0, 0, ())

    def came(*types: tuple[int, int]) -> int | None:
        owners = Owners(complete=True, types={}, sites={0: OwnedSite(owned, types)})
        return analyse(replace(given, owners=owners)).rows[0].growth_objects

    assert came((0, 5000), (1, 4000)) == 3100
    # Of a type that did not grow steadily only the blocks are known.
    assert came((2, 9000)) == 3174
    assert came((2, 40)) == 40


def test_growth_in_a_cache_without_a_limit() -> None:
    found = analyse(caching(owned(facts([LEAK], counts=[MANY]), CACHED), None))
    assert found.verdict == "UNBOUNDED CACHE"
    (row,) = found.rows
    assert row.verdict == "UNBOUNDED CACHE"
    assert row.cache is not None
    assert row.cache.cache.name == "load"


def test_a_cache_with_a_limit_is_no_suspect_but_not_clean_either() -> None:
    found = analyse(caching(owned(facts([LEAK], counts=[MANY]), CACHED), 4000))
    assert found.rows == ()
    assert [row.name for row in found.bounded] == ["load"]
    assert found.verdict == "SATURATING"


def test_a_leak_beside_a_cache_with_a_limit_is_one() -> None:
    found = analyse(caching(owned(facts([LEAK, LEAK], counts=[MANY]), CACHED), 4000))
    assert [row.stack[0].line for row in found.rows] == [2]
    assert found.verdict == "LEAK"


def test_a_type_in_a_cache_with_a_limit_is_no_suspect_without_an_engine() -> None:
    given = caching(owned(facts(counts=[MANY]), CACHED), 4000)
    settings = replace(given.run.settings, engine="off")
    shots = snapshots(len(RUN), live_bytes=None)
    found = analyse(replace(given, snapshots=shots, run=replace(given.run, settings=settings)))
    assert (found.verdict, found.rows) == ("SATURATING", ())
    assert [row.name for row in found.bounded] == ["load"]


def test_a_cache_with_a_limit_hides_no_type_that_another_holds() -> None:
    given = caching(owned(facts([LEAK], counts=[MANY, MANY, MANY]), CACHED), 4000)
    owners = given.owners
    assert owners is not None
    other = Owned(1000, 0, 0, (("app.POOL[*]", 1000),))
    given = replace(given, owners=replace(owners, types={**owners.types, 1: other}))
    found = analyse(given)
    # Type 0 is in the cache, and who holds type 2 nobody knows.
    assert [row.type for row in found.rows] == [Type("app", "Type1")]


def _uncollected(given: Facts) -> Facts:
    """Return *given* of a program that switched the collector off."""
    return replace(given, run=replace(given.run, events=(Event(1, "gc-disabled", ""),)))


def test_growth_that_is_garbage_is_debt_with_its_cycle() -> None:
    given = owned(facts([LEAK], counts=[MANY]), garbage=600)
    debt = Debt(1, {0: 600}, (DebtType(0, 600, "Type0.next -> Type0", ()),))
    found = analyse(_uncollected(replace(given, debt=debt)))
    assert found.verdict == "CYCLIC DEBT"
    (row,) = found.rows
    assert row.cycle == "Type0.next -> Type0"


def test_a_type_alone_has_its_owner_and_its_word_too() -> None:
    found = analyse(owned(facts([FLAT], counts=[MANY]), ("app.POOL[*]", 900)))
    (row,) = found.rows
    assert (row.stack, row.held_by, row.verdict) == ((), "app.POOL[*]", "LEAK")
    given = owned(facts([FLAT], counts=[MANY]), garbage=1000)
    assert analyse(_uncollected(given)).verdict == "CYCLIC DEBT"
    # The collector is on, and will come again.
    came = generation(0, (9,), collected=10_000)
    assert analyse(replace(given, generations=Generations(((came,),), (), ()))).rows == ()


def test_what_levels_off_is_saturating() -> None:
    found = analyse(facts([FILLING]))
    assert (found.verdict, found.rows, found.levelling) == ("SATURATING", (), 1)
    found = analyse(facts([FILLING, LEAK]))
    assert (found.verdict, found.levelling) == ("LEAK", 1)


def test_what_dies_young_is_less_sure() -> None:
    """A buffer that turns over has only young blocks; the old of a leak are there."""
    looks = (*(None,) * 40, history(births={0: (*(10,) * 20, *(100,) * 20)}))
    given = facts([LEAK])
    (leak,) = analyse(given).rows
    (buffer,) = analyse(replace(given, history=looks)).rows
    assert leak.survival is None
    assert buffer.survival is not None
    assert buffer.survival.share < 0.5
    assert buffer.confidence == pytest.approx(leak.confidence * buffer.survival.factor)


def test_one_block_that_grows_is_born_anew_and_as_sure() -> None:
    looks = (*(None,) * 40, history(births={0: (*(0,) * 39, 1)}))
    given = facts([LEAK], [[1] * len(RUN)])
    (row,) = analyse(replace(given, history=looks)).rows
    assert (row.judged_on, row.survival) == ("bytes", None)
    assert row.confidence == pytest.approx(1)


def test_one_jump_is_no_suspect() -> None:
    jump = [KIB * (100 + 5 * (n // 14) + 900 * (n > 25)) for n in RUN]
    found = analyse(facts([jump], counts=[[10 + 900 * (n > 25) + n // 14 for n in RUN]]))
    assert found.rows == ()


def test_memory_that_lies_idle_is_said_where_nothing_else_is() -> None:
    given = facts([FLAT])
    shots = tuple(replace(one, rss_bytes=one.number * MIB) for one in given.snapshots)
    lying = tuple(pools(idle=one.number * MIB) for one in given.snapshots)
    found = analyse(replace(given, snapshots=shots, pools=lying))
    assert (found.verdict, found.fragmented_bytes) == ("FRAGMENTATION", 32 * MIB)
