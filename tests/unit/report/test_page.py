"""The whole page: as the golden file has it, 100 columns, safe whatever names say."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import prefork
from support.facts import facts
from support.service import service

from memprof.analysis.findings import analyse
from memprof.model.allocations import Allocations, Frame
from memprof.model.caches import Cache
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.run import Event
from memprof.report.page import SECTIONS, render

GOLDEN = Path(__file__).parents[2] / "golden" / "page.txt"
TREE = GOLDEN.with_name("tree.txt")

HOSTILE = (
    "\x1b[31m\x1b]0;title\x07",
    "\u202egnp.exe",
    "two\nlines\r\n",
    "| a | b |",
    "very/" * 100 + "long.py",
    "caf\udce9.py",
    "\u2028\u2029\x9b2J\x7f\x00",
    "",
)


def test_the_page_is_as_golden() -> None:
    assert render(analyse(service())) == GOLDEN.read_text(encoding="utf-8")


def test_the_page_of_a_tree_is_as_golden() -> None:
    sections = ["suspects", "processes", "process", "allocations"]
    assert render(prefork.findings(), sections) == TREE.read_text(encoding="utf-8")


def test_a_run_of_one_process_has_no_section_of_processes_unless_asked() -> None:
    assert "PROCESSES" not in render(analyse(service()))
    assert "PROCESSES" in render(analyse(service()), ["processes"])
    assert "PROCESSES" in render(prefork.findings())


def test_the_page_fits_a_hundred_columns() -> None:
    assert max(map(len, render(analyse(service())).splitlines())) <= 100


def test_the_answer_comes_first() -> None:
    lines = render(analyse(service())).splitlines()
    assert lines[0] == "memprof report: serve.py"
    assert next(n for n, line in enumerate(lines) if line.startswith("Verdict: ")) < 8
    assert next(n for n, line in enumerate(lines) if "sessions.py:41" in line) < 24


def test_sections_are_chosen_in_the_order_of_the_page() -> None:
    page = render(analyse(service()), ["pools", "suspects"])
    assert page.index("LEAK SUSPECTS") < page.index("POOLS")
    assert "PROCESS" not in page
    assert "Verdict: " in render(analyse(service()), [])


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_stands_alone(section: str) -> None:
    lines = render(analyse(service()), [section]).splitlines()
    titles = [line for line in lines if line.isupper()]
    assert len(titles) == 1
    assert lines[lines.index(titles[0]) + 1].endswith("?")


def _hostile(name: str) -> Facts:
    given = service()
    stack = (Frame(f"/opt/lib/python3.12/{name}", 1, name), Frame(name, 2, name))
    sites = tuple((*stack, frame) for (frame,) in given.allocations.sites)
    types = tuple(Type(name, f"{name}{index}") for index in range(len(given.objects.types)))
    run = replace(
        given.run,
        target=name,
        agent_errors=(name,),
        events=(Event(0, name, name), Event(0, "gc-" + name, name), Event(1, "tracing-x", name)),
        interpreter=replace(given.run.interpreter, version=name, implementation=name),
    )
    return replace(
        given,
        run=replace(run, events=run.events[:2]),
        allocations=Allocations(sites, given.allocations.changes),
        objects=replace(given.objects, types=types),
        refcounts=replace(given.refcounts, holders={0: name}),
        debt=Debt(1, {0: 9, 1: 1}, (DebtType(0, 9, name, ((0, 1),)),)),
        caches=(Cache(name, name, name, 7, True, None, 5, 1, 5),),  # noqa: FBT003
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_steers_the_terminal(name: str) -> None:
    shown = render(analyse(_hostile(name))).encode("utf-8")
    assert not any((byte < 0x20 and byte != 0x0A) or byte == 0x7F for byte in shown)
    assert "\u202e" not in shown.decode()
    assert "\x9b" not in shown.decode()
    assert max(map(len, shown.decode().split("\n"))) <= 100


def test_a_hostile_name_adds_no_line() -> None:
    def titles(name: str) -> list[str]:
        return [one for one in render(analyse(_hostile(name))).split("\n") if one.isupper()]

    assert titles("two\nLINES\r\n") == titles("plain")


def test_an_empty_capture_has_a_page() -> None:
    page = render(analyse(facts()))
    assert "Verdict: INCONCLUSIVE" in page
    assert "capture complete" in page
