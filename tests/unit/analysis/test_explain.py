"""One suspect whole: its moments, its epochs, its samples."""

from dataclasses import replace

from support.facts import KIB, SECOND_NS, facts, history
from support.suspected import suspect, table

from memprof.analysis.explain import (
    COUNTED,
    GONE,
    NOT_LOOKED_FOR,
    NOT_MET,
    UNFINISHED,
    UNSEEN_END,
    explain,
)
from memprof.analysis.held import LET_GO
from memprof.analysis.suspects import analyse
from memprof.model.objects import Objects, Type
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.model.refcounts import RefCounts, SampledObject
from memprof.model.run import Ending

RUN = range(41)
LEAK = [KIB * 10 * n for n in RUN]


def test_a_site_has_moments_and_epochs() -> None:
    births: dict[int, tuple[int, ...]] = {0: (5,) * 41}
    given = facts([LEAK], history=(None,) * 40 + (history(births=births),))
    found = analyse(given)
    one = explain(given, found, found.rows[0])
    assert one.of == 1
    assert len(one.times_ns) == len(one.suspect.series) > 2
    assert [epoch.live_blocks for epoch in one.epochs] == [5] * len(one.epochs)
    assert one.epochs[0].until_ns == SECOND_NS
    assert one.epochs[0].per_s == 5.0
    assert one.samples == ()
    assert one.advice == ()


def test_without_a_history_there_are_no_epochs() -> None:
    given = facts([LEAK])
    found = analyse(given)
    assert explain(given, found, found.rows[0]).epochs == ()


def test_the_samples_are_those_of_the_type() -> None:
    given = facts([LEAK], counts=[[0] * 41, [0] * 41])
    samples = tuple(SampledObject(kind, None, (1,), (2,), 2, ()) for kind in (0, 1, 1))
    refcounts = RefCounts(given.refcounts.classes, samples, {})
    given = replace(given, refcounts=refcounts)
    assert isinstance(given.objects, Objects)
    row = suspect(kind="app.Type1")
    assert row.type == Type("app", "Type1")
    assert len(explain(given, table(row), row).samples) == 2


def test_a_series_of_unknown_moments_has_none() -> None:
    given = facts([LEAK])
    for what in ("garbage", "descriptors", "objects", "bytes"):
        row = suspect(judged_on=what, series=(1, 2))
        assert explain(given, table(row), row).times_ns == ()


def test_why_its_owner_is_not_known() -> None:
    given = facts([LEAK])
    nobody = Owned(0, 0, 0, ())
    row = suspect(stack=given.allocations.sites[0])
    looked = Owners(complete=True, types={}, sites={0: OwnedSite(nobody, ())})
    ended = replace(given.run, ending=Ending(0, None, "exit", 0))
    killed = replace(given.run, ending=Ending(None, 9, None, 0))
    for found, change, why in (
        (replace(row, judged_on="descriptors", stack=()), {}, COUNTED),
        (replace(row, kept_share=0.0), {"run": ended}, GONE),
        (replace(row, held=LET_GO), {"run": ended}, GONE),
        (replace(row, held=LET_GO), {"run": killed}, UNSEEN_END),
        (row, {"run": killed}, UNSEEN_END),
        (row, {"run": ended}, NOT_LOOKED_FOR),
        (row, {"owners": replace(looked, sites={})}, NOT_LOOKED_FOR),
        (row, {"owners": replace(looked, complete=False)}, UNFINISHED),
        (row, {"owners": looked}, NOT_MET),
        (suspect(kind="app.Type0", stack=()), {"owners": looked}, NOT_LOOKED_FOR),
    ):
        assert explain(replace(given, **change), table(found), found).unknown == why
