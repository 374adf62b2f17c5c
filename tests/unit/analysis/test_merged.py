"""Merged: the suspects of all processes in one list."""

from dataclasses import replace
from typing import Any

import pytest
from support.captures import CLOCK_NS
from support.facts import facts
from support.suspected import suspect, table

from memprof.analysis import verdicts
from memprof.analysis.case import Advice, Saving
from memprof.analysis.doubts import Doubts
from memprof.analysis.judged import MIN_SNAPSHOTS
from memprof.analysis.member import Member, of_child
from memprof.analysis.merged import advices, rows
from memprof.analysis.merged import table as merged
from memprof.analysis.suspect import Suspect
from memprof.analysis.suspects import SuspectTable
from memprof.model.allocations import Frame
from memprof.model.tree import ROOT, Process


def member(pid: int, *suspects: Suspect, role: str = "fork", **given: Any) -> Member:  # noqa: ANN401
    """Return a process with *suspects*, of which it was *given* more."""
    who = Process(pid, CLOCK_NS + pid, 1, role, "app.py", "3.12.1", facts([[1]]), brief=True)
    found = table(*suspects, **given)
    advice = tuple(
        (Advice("fix", saving=Saving(100, 1.0, None, (row.rank + 1,))),) for row in found.rows
    )
    return replace(of_child(who), suspects=found, advice=advice)


ROW = suspect(kind="app.Session", growth_bytes=100, growth_blocks=10, growth_objects=5)
LINE = (Frame("/srv/app/shop.py", 99, "show"),)
OTHER = suspect(kind="app.Page", growth_bytes=7, confidence=0.5, stack=LINE)


def verdict(*members: Member) -> SuspectTable:
    """Return the table of *members*."""
    return merged(members, rows(members))


def test_what_several_processes_leak_at_one_line_is_one_suspect() -> None:
    surest = replace(ROW, confidence=0.95, growth_bytes=300, bytes_per_s=1.0)
    members = [member(1, role=ROOT), member(2, ROW), member(3, surest), member(4)]
    (row,) = rows(members)
    assert [(one.key[0], one.growth_bytes) for one in row.found_in] == [(3, 300), (2, 100)]
    assert (row.growth_bytes, row.growth_blocks, row.growth_objects) == (400, 20, 10)
    assert row.bytes_per_s == 1.0 + (ROW.bytes_per_s or 0)
    assert (row.confidence, row.among) == (0.95, 3)


@pytest.mark.parametrize(
    "other",
    [
        replace(OTHER, stack=(Frame("/srv/app/shop.py", 13, "sell"),)),
        replace(ROW, verdict=verdicts.UNBOUNDED_CACHE),
        replace(ROW, stack=()),
        replace(ROW, stack=(), type=None, judged_on="threads"),
    ],
)
def test_what_differs_stands_apart(other: Suspect) -> None:
    found = rows([member(1, ROW, role=ROOT), member(2, other)])
    assert [row.rank for row in found] == [1, 2]
    assert all(len(row.found_in) == 1 for row in found)


def test_a_line_is_one_suspect_whatever_most_of_its_objects_are() -> None:
    """Each worker has its own idea of that, and one that was killed has none."""
    page = replace(ROW, type=OTHER.type)
    silent = replace(ROW, type=None, judged_on="bytes", confidence=0.99)
    members = [member(1, silent, role=ROOT), *(member(n, ROW) for n in (2, 3)), member(4, page)]
    (row,) = rows(members)
    assert sorted(one.key[0] for one in row.found_in) == [1, 2, 3, 4]
    assert row.type == ROW.type
    assert (row.growth_bytes, row.growth_objects) == (400, None)
    (row,) = rows(members[:3])
    assert row.growth_objects == 15


def test_who_knows_the_type_speaks_where_both_are_as_sure() -> None:
    silent = replace(ROW, type=None, confidence=ROW.confidence + 0.001)
    (row,) = rows([member(1, silent, role=ROOT), member(2, ROW)])
    assert row.found_in[0].key[0] == 2
    assert (row.type, row.confidence) == (ROW.type, silent.confidence)


def test_a_sum_of_what_is_not_known_is_not_known() -> None:
    (row,) = rows([member(1, ROW, role=ROOT), member(2, replace(ROW, growth_bytes=None))])
    assert row.growth_bytes is None
    assert row.growth_objects == 10


def test_the_verdict_is_the_surest_suspects() -> None:
    cache = replace(OTHER, verdict=verdicts.UNBOUNDED_CACHE, confidence=0.99)
    found = verdict(member(1, ROW, role=ROOT), member(2, cache))
    assert (found.verdict, found.process) == (verdicts.UNBOUNDED_CACHE, 2)


SHORT = replace(table().looks, available=MIN_SNAPSHOTS - 1)
PARTIAL = replace(table().looks, partial=True)


@pytest.mark.parametrize(
    ("root", "child", "expected"),
    [
        ({}, {}, (verdicts.CLEAN, 1)),
        ({}, {"levelling": 1}, (verdicts.SATURATING, 2)),
        ({}, {"fragmented_bytes": 9}, (verdicts.FRAGMENTATION, 2)),
        ({"levelling": 1}, {}, (verdicts.SATURATING, 1)),
        ({"looks": SHORT}, {}, (verdicts.INCONCLUSIVE, 1)),
        ({}, {"looks": SHORT}, (verdicts.CLEAN, 1)),
        ({}, {"looks": PARTIAL}, (verdicts.INCONCLUSIVE, 2)),
        ({}, {"doubts": Doubts(untraced_bytes=5)}, (verdicts.INCONCLUSIVE, 2)),
    ],
)
def test_without_a_suspect_it_is_the_worst(
    root: dict[str, Any], child: dict[str, Any], expected: tuple[str, int]
) -> None:
    """But one too short to be judged is none."""
    found = verdict(member(1, role=ROOT, **root), member(2, **child))
    assert found.process is not None
    whose = found.process
    assert (found.verdict, whose) == expected


def test_what_was_left_out_is_summed() -> None:
    found = verdict(
        member(1, role=ROOT, suppressed=2, levelling=1), member(2, suppressed=3, levelling=4)
    )
    assert (found.suppressed, found.levelling) == (5, 5)


def test_what_has_no_line_goes_by_its_type_or_its_figure() -> None:
    bare = replace(ROW, stack=())
    threads = replace(bare, type=None, judged_on="threads")
    given = [bare, replace(bare, type=OTHER.type), threads, replace(threads, judged_on="native")]
    assert len(rows([member(1, *given, role=ROOT), member(2, *given)])) == 4


def test_advice_is_of_all_processes_and_goes_by_the_ranks_of_the_list() -> None:
    members = [
        member(1, role=ROOT),
        member(2, OTHER, ROW),
        member(3, replace(OTHER, confidence=0.4), ROW),
    ]
    found = rows(members)
    assert [row.type and row.type.qualname for row in found] == ["Session", "Page"]
    told = advices(members, found)
    (page,) = told[2]
    assert page.saving is not None
    assert (page.saving.size_bytes, page.saving.with_ranks) == (200, (1,))
    (session,) = told[1]
    assert session.saving is not None
    assert session.saving.with_ranks == ()
