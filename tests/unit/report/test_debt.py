"""Cyclic debt on the page and in the document."""

from dataclasses import replace

from support.facts import RUN, facts, generation

from memprof.analysis.debt import analyse
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.run import Event
from memprof.report.debt import document, lines


def _given() -> Facts:
    rows = (DebtType(0, 1_000, "Type0.own -> Type0", ((0, 50),)), DebtType(1, 5, "", ()))
    run = replace(RUN, events=(Event(1, "gc-disabled", ""), Event(2, "gc-frozen", "9")))
    return facts(
        [[1]],
        counts=[[1], [1], [1]],
        debt=Debt(1_005, {0: 1_000, 1: 5, 2: 1}, rows),
        run=run,
        generations=Generations(((generation(2, [5]),),), (), ()),
    )


def test_rows_and_what_the_program_did() -> None:
    text = "\n".join(lines(analyse(_given()), 2))
    assert "1,006 objects in 1,005 separate parts, found without collecting." in text
    assert "  1,000  app.Type0  Type0.own -> Type0  /srv/app.py:1 handle" in text
    assert "      5  app.Type1  n/a                 n/a" in text
    assert "… and 1 more type" in text
    assert "The collector was off at the end" in text
    assert "The program froze objects" in text
    assert "1 full collection ran in all." in text


def test_other_sentences() -> None:
    young = generation(0, threshold=0)
    given = replace(_given(), run=RUN, generations=Generations(((young,),), (), ()))
    text = "\n".join(lines(analyse(given), 2))
    assert "its first threshold is 0" in text
    assert "No full collection ran in all." in text
    assert "None: nothing" in "\n".join(lines(analyse(facts(debt=Debt(0, {}, ()))), 2))
    assert "n/a: looked for once" in "\n".join(lines(analyse(facts()), 2))


def test_the_document() -> None:
    made = document(analyse(_given()))
    assert made is not None
    assert (made["objects"], made["islands"]) == (1_006, 1_005)
    types = made["types"]
    assert isinstance(types, list)
    assert types[0] == {
        "type": "app.Type0",
        "objects": 1_000,
        "cycle": "Type0.own -> Type0",
        "file": "/srv/app.py",
        "line": 1,
        "function": "handle",
    }
    assert (types[2]["cycle"], types[2]["file"]) == (None, None)
    assert document(analyse(facts())) is None
