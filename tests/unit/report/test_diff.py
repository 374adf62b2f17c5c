"""The page of a comparison: as the golden file has it, what changed first."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.compared import edited, side
from support.facts import facts
from support.service import service

from memprof.analysis.diff import Diff, analyse
from memprof.analysis.holdings import KINDS, OWNER
from memprof.model.allocations import Allocations, Frame
from memprof.report.diff import render

GOLDEN = Path(__file__).parents[2] / "golden" / "diff.txt"
HOSTILE = "\x1b[31mred\x07\u202eexe\nline\udce9"


def compared(by: str = "site") -> Diff:
    """Return the service before and after an edit."""
    return analyse(side(service()), side(edited()), by)


def test_the_page_is_as_golden() -> None:
    assert render(compared(), 10) == GOLDEN.read_text(encoding="utf-8")


def test_it_is_one_screen() -> None:
    lines = render(compared(), 10).splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line.startswith("Live ")]


def test_nothing_is_said_of_what_did_not_change() -> None:
    page = render(analyse(side(service()), side(service()), "site"), 10)
    assert "Nothing changed among sites. Live 3.0 MiB, before as after.\n" in page
    for title in ("ALLOCATION SITES", "PROCESS", "GENERATIONS", "POOLS"):
        assert title not in page


def test_many_objects_that_did_not_change_are_all_counted() -> None:
    """The comma between thousands ends no sentence."""
    one = facts(counts=[[20_508]])
    page = render(analyse(side(one), side(one), "type"), 10)
    assert "Nothing changed among types. Objects 20,508, before as after.\n" in page


def test_a_change_that_does_not_show_in_the_figure_is_said() -> None:
    one = service()
    last = one.pools[-1]
    assert last is not None
    pools = (*one.pools[:-1], replace(last, used_bytes=last.used_bytes + 64))
    page = render(analyse(side(one), side(replace(one, pools=pools)), "site"), 10)
    assert re.search(r"Arenas \d+: used \S+ MiB \(\+64 B\), idle \S+ MiB\.\n", page)


def test_two_moments_of_one_run_have_one_head() -> None:
    one = service()
    head = render(analyse(side(one, "warm"), side(one), "site"), 10).splitlines()[:2]
    assert head[0] == "memprof diff: serve.py, from checkpoint warm (40.0 s) to the end (2 min 0 s)"
    assert "Old" not in head[1]


def test_rows_are_as_many_as_asked_for() -> None:
    assert "… and 4 more sites" in render(compared(), 1)
    assert "more sites" not in render(compared(), None)


@pytest.mark.parametrize("by", [kind for kind in KINDS if kind != OWNER])
def test_the_sum_adds_up_as_it_is_shown(by: str) -> None:
    page = " ".join(render(compared(by), 1).partition("\n\n")[0].splitlines())
    shown = re.search(r"(?:Live|Objects) [^:]*: ([-+]\S+)[^=]*= ([^.].*?\))\.(?: |$)", page)
    assert shown is not None
    parts = re.findall(r"(?:new|grown|shrunk|gone) (\S+)", shown[2])
    assert len(parts) >= 2
    assert sum(map(tenths, parts)) == tenths(shown[1])


def test_parts_that_nearly_cancel_do_not_hide_the_sum() -> None:
    old, new = facts([[9 << 30], [0]], [[1], [0]]), facts([[0], [(9 << 30) + 5120]], [[0], [1]])
    page = render(analyse(side(old), side(new), "site"), 1)
    assert "9.0 GiB: +5.0 KiB = new +9,437,189.0 KiB (1 site), gone -9,437,184.0 KiB" in page


def tenths(figure: str) -> int:
    """Return *figure* in tenths."""
    return round(10 * float(figure.replace(",", "")))


def test_whatever_names_say_is_safe_to_print() -> None:
    frame = Frame(f"/srv/{HOSTILE}.py", 1, HOSTILE)
    made = facts([[1, 2]])
    made = replace(made, allocations=Allocations(((frame,),), made.allocations.changes))
    named = tuple(replace(one, name=HOSTILE) for one in made.snapshots)
    run = replace(made.run, target=HOSTILE, path=HOSTILE)
    other = replace(made, snapshots=named, run=run)
    for by in ("site", "file", "traceback"):
        page = render(analyse(side(facts([[5, 9]])), side(other, HOSTILE), by), 10)
        assert "\\x1b[31mred" in page
        assert not {"\x1b", "\x07", "\u202e", "\udce9"} & set(page)
        assert "\nline" not in page
