"""Cyclic debt on the page and in the document."""

from dataclasses import replace

from support.facts import SECOND_NS, facts, generation

from memprof.analysis.debt import DebtTable, analyse
from memprof.model.debt import Debt, DebtType
from memprof.model.generations import Generations
from memprof.model.run import Event
from memprof.report.debt import document, lines


def _indebted(*events: str, threshold: int = 700, objects: int = 40) -> DebtTable:
    given = facts([[1]], counts=[[1], [1]])
    rows = (DebtType(0, objects, "Type0.next -> Type0", ((0, 3),)),)
    happened = tuple(Event(SECOND_NS, what, "") for what in events)
    interval = (generation(0, threshold=threshold), generation(2))
    return analyse(
        replace(
            given,
            debt=Debt(2, {0: objects, 1: objects // 10}, rows),
            run=replace(given.run, events=happened),
            generations=Generations((interval,), (), ()),
        )
    )


def _page(found: DebtTable, top: int = 10) -> str:
    return "\n".join(lines(found, top))


def test_garbage_has_a_cycle_and_a_line() -> None:
    text = _page(_indebted())
    assert "44 objects in 2 separate parts, found without collecting." in text
    row = next(line for line in text.splitlines() if "app.Type0" in line)
    assert "Type0.next -> Type0" in row
    assert "/srv/app.py:1 handle" in row
    assert "No full collection ran in all." in text
    assert "… and 1 more type" in _page(_indebted(), top=1)


def test_why_the_collector_had_not_freed_it() -> None:
    assert "the program disabled it" in _page(_indebted("gc-disabled"))
    assert "its first threshold is 0" in _page(_indebted(threshold=0))
    assert "The program froze objects" in _page(_indebted("gc-frozen"))


def test_none_is_told_from_unknown() -> None:
    assert "n/a" in _page(analyse(facts()))
    assert "None: nothing waited for the collector." in _page(_indebted(objects=0))


def test_the_document_has_every_type() -> None:
    assert document(analyse(facts())) is None
    made = document(_indebted())
    assert made is not None
    assert (made["objects"], made["islands"]) == (44, 2)
    rows = made["types"]
    assert isinstance(rows, list)
    first, second = rows
    assert (first["type"], first["objects"], first["line"]) == ("app.Type0", 40, 1)
    assert (second["cycle"], second["file"]) == (None, None)
