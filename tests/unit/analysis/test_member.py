"""Members: what is kept of a process when its facts are gone."""

from dataclasses import replace

from support.captures import CLOCK_NS
from support.facts import MIB, SECOND_NS, facts
from support.trees import leaky, resident, steady

from memprof.analysis import findings
from memprof.analysis.advice import advise
from memprof.analysis.case import Case
from memprof.analysis.member import Weight, of_child, of_root
from memprof.model.facts import Facts
from memprof.model.tree import ROOT, Process


def process(given: Facts | None, role: str = "fork", **fields: object) -> Process:
    """Return the process that *given* are the facts of."""
    made = Process(50, CLOCK_NS, 41, role, "app.py", "3.12.1", given)
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_child_is_judged_like_a_run_of_its_own() -> None:
    given = leaky()
    whole, found = findings.analyse(given), of_child(process(given))
    assert found.suspects == whole.suspects
    assert (found.run, found.process, found.speed) == (whole.run, whole.process, whole.speed)
    assert found.generations == whole.generations
    (row,) = whole.suspects.rows
    collector, types = whole.debt.collector, whole.types.rows
    assert found.advice == (advise(Case(row, (row,), collector, types)),)
    assert found.who.facts is None
    assert found.judged


def test_the_root_is_what_its_findings_say() -> None:
    given = leaky()
    whole = findings.analyse(given)
    found = of_root(process(given, ROOT), given, whole)
    assert found.is_root
    assert (found.suspects, found.run) == (whole.suspects, whole.run)
    assert len(found.advice) == 1


def test_a_brief_one_is_measured_and_not_judged() -> None:
    found = of_child(process(facts([[1_000]]), brief=True))
    assert found.run is not None
    assert found.process is not None
    assert (found.suspects, found.speed, found.generations, found.judged) == (None,) * 3 + (False,)


def test_one_that_was_not_followed_is_there() -> None:
    found = of_child(process(None, why="its Python is 2.7"))
    assert (found.run, found.process, found.judged) == (None, None, False)
    assert found.last_clock_ns == CLOCK_NS
    assert found.key == (50, CLOCK_NS)


def test_too_few_snapshots_are_no_judgement() -> None:
    assert not of_child(process(steady(4))).judged


def test_it_weighs_what_adds_up_where_that_is_known() -> None:
    looks = ((1, 30, 10, 20), (2, 30, 11, None), (3, 30, None, 22))
    given = replace(steady(6), resident=resident(*looks))
    second, third = CLOCK_NS + SECOND_NS, CLOCK_NS + 3 * SECOND_NS
    expected = Weight(((second, 20 * MIB), (third, 22 * MIB)), exact=True)
    assert of_child(process(given)).weight == expected


def test_it_weighs_at_least_what_it_does_not_share() -> None:
    given = replace(steady(6), resident=resident((1, 30, 10, None), (2, 30, None, None)))
    expected = Weight(((CLOCK_NS + SECOND_NS, 10 * MIB),), exact=False)
    assert of_child(process(given)).weight == expected
    assert of_child(process(steady(6))).weight == Weight((), exact=False)
