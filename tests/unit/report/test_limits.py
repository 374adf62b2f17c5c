"""The verdict: a line a limit, with both numbers."""

from dataclasses import replace
from typing import Any

from support.compared import side
from support.facts import facts

from memprof.analysis.diff import Diff, analyse
from memprof.gate.diff import judge, read
from memprof.model.allocations import Allocations, Frame
from memprof.model.facts import Facts
from memprof.report.limits import document, lines


def grown() -> Diff:
    """Return 1,000 bytes that became 1,500, in two sites."""
    old, new = facts([[600], [400]], counts=[[5]]), facts([[1000], [500]], counts=[[8]])
    return analyse(side(old), side(new), "site")


def said(found: Diff, *limits: str) -> list[str]:
    """Return the lines of the verdict on *limits*."""
    return lines(judge(found, [read(limit) for limit in limits])).splitlines()


def test_both_numbers_stand_in_the_first_line() -> None:
    assert said(grown(), "live:+100", "type:+50") == [
        "FAILED  live bytes +500 B, from 1000 B to 1.5 KiB; live:+100 allows +100 B.",
        "PASSED  type app.Type0 +3, from 5 to 8; type:+50 allows +50.",
        "",
    ]


def test_a_row_is_named() -> None:
    assert said(grown(), "site:+10")[0] == (
        "FAILED  site /srv/app.py:1 handle +400 B, from 600 B to 1000 B; site:+10 allows +10 B."
        " And 1 more site."
    )


def test_a_type_is_named_without_a_mark_that_nobody_explains() -> None:
    def untracked(count: int) -> Facts:
        made = facts(counts=[[5]])
        return replace(made, objects=replace(made.objects, untracked=({0: count},)))

    found = analyse(side(untracked(1)), side(untracked(9)), "type")
    assert said(found, "type:+5")[0] == (
        "FAILED  type app.Type0 +8, from 1 to 9; type:+5 allows +5."
    )


def test_why_there_is_no_verdict() -> None:
    one = facts([[600]])
    torn = replace(one, run=replace(one.run, complete=False))
    text = " ".join(said(analyse(side(one), side(torn), "site"), "live:+1GiB"))
    assert text.startswith("NO VERDICT  live:+1GiB, the figure has no meaning: New is incomplete")
    blind = replace(one, snapshots=(replace(one.snapshots[0], rss_bytes=None),))
    text = said(analyse(side(one), side(blind), "site"), "rss:+1GiB")[0]
    assert text == "NO VERDICT  rss:+1GiB, the figure is not in both captures."


def test_nothing_changed() -> None:
    one = facts([[600]])
    assert said(analyse(side(one), side(one), "site"), "site:+0", "rss:+0")[:2] == [
        "PASSED  site:+0, no site changed.",
        "PASSED  RSS +0, from 30.0 MiB to 30.0 MiB; rss:+0 allows +0.",
    ]


def test_the_document() -> None:
    found: Any = document(judge(grown(), [read("site:+10")]))
    assert found["verdict"] == "FAILED"
    (row,) = found["limits"]
    assert (row["limit"], row["outcome"], row["before"], row["after"], row["most"]) == (
        "site:+10",
        "FAILED",
        600,
        1000,
        610,
    )
    assert row["row"]["line"] == 1
    assert document(None) == {}
    assert lines(None) == ""


def test_whatever_names_say_is_safe_to_print() -> None:
    frame = Frame("/srv/\x1b[31m\u202e\nred.py", 1, "f")
    made = facts([[600]])
    made = replace(made, allocations=Allocations(((frame,),), made.allocations.changes))
    (line, _) = said(analyse(side(facts([[1]])), side(made), "site"), "site:+1")
    assert "/srv/\\x1b[31m\\u202e\\x0ared.py" in line
