"""The verdict and the ranking: named, never guessed."""

from dataclasses import replace

import pytest
from support.facts import KIB, SECOND_NS, facts, snapshots

from memprof.analysis.suspects import analyse
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.model.run import Event

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]
SLOW = [KIB * 2 * n for n in RUN]
FLAT = [KIB * 500 for _ in RUN]
MANY = [100 * n for n in RUN]


def _typed(given: Facts, *names: tuple[str, str]) -> Facts:
    types = tuple(Type(*name) for name in names)
    return replace(given, objects=replace(given.objects, types=types))


def _sampled(given: Facts, *pairs: tuple[int, int]) -> Facts:
    samples = tuple(SampledObject(kind, site, (1,), (1,), None, ()) for kind, site in pairs)
    holders = {0: "app.REGISTRY[*]"}
    return replace(given, refcounts=RefCounts(given.refcounts.classes, samples, holders))


def test_leaks_are_ranked_by_confidence() -> None:
    found = analyse(facts([SLOW, FLAT, LEAK]))
    assert found.verdict == "GROWING"
    assert [(row.rank, row.stack[0].line) for row in found.rows] == [(1, 3), (2, 1)]
    first = found.rows[0]
    assert first.confidence == pytest.approx(10 / 12)
    assert first.bytes_per_s == pytest.approx(10 * KIB)
    assert first.share == pytest.approx(10 / 12)
    assert first.kept_share == 1
    assert (first.type, first.held_by) == (None, None)


def test_few_snapshots_are_inconclusive_never_clean() -> None:
    assert analyse(facts([LEAK[:6]])).verdict == "INCONCLUSIVE"
    assert analyse(facts()).verdict == "INCONCLUSIVE"


def test_enough_snapshots_without_growth_say_so() -> None:
    assert analyse(facts([FLAT])).verdict == "NO STEADY GROWTH"


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


def test_the_import_system_is_left_out_and_counted() -> None:
    given = facts([LEAK], counts=[MANY, MANY])
    site = (Frame("<frozen importlib._bootstrap_external>", 757, "_compile_bytecode"),)
    given = replace(given, allocations=replace(given.allocations, sites=(site,)))
    given = _typed(_sampled(given, (1, 0)), ("builtins", "module"), ("app", "Lazy"))
    found = analyse(given)
    assert found.rows == ()
    assert found.suppressed == 3
    assert found.verdict == "NO STEADY GROWTH"


def test_without_an_engine_only_types_are_judged() -> None:
    given = facts(counts=[MANY])
    settings = replace(given.run.settings, engine="off")
    shots = snapshots(len(RUN), live_bytes=None)
    found = analyse(replace(given, snapshots=shots, run=replace(given.run, settings=settings)))
    assert not found.traced
    assert found.verdict == "GROWING"
    assert found.sites.available == 0


def test_tracing_lost_early_leaves_sites_inconclusive() -> None:
    given = facts([FLAT], counts=[[1] * len(RUN)])
    event = Event(9 * SECOND_NS, "tracing-restarted", "")
    found = analyse(replace(given, run=replace(given.run, events=(event,))))
    assert found.verdict == "INCONCLUSIVE"


def test_growth_that_ended_with_the_program_is_said() -> None:
    (row,) = analyse(facts([[*LEAK[:-1], LEAK[20]]])).rows
    assert 0 < row.kept_share < 1
