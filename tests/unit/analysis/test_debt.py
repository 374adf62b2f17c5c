"""Cyclic debt: most objects first, the line most samples have, what the collector was told."""

from dataclasses import replace

import pytest
from support.facts import RUN, facts, frame, generation

from memprof.analysis.debt import Collector, analyse
from memprof.model.allocations import Allocations
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.run import Event

DEBT = Debt(
    9,
    {0: 5, 1: 900, 2: 0},
    (DebtType(1, 900, "Node.own -> Node", ((None, 30), (0, 9), (1, 11))), DebtType(0, 5, "", ())),
)


def test_rows_by_type_with_the_most_common_line() -> None:
    found = analyse(facts([[1], [1]], counts=[[1], [1], [1]], debt=DEBT))
    assert (found.known, found.objects, found.islands) == (True, 905, 9)
    rows = [(row.type.qualname, row.objects, row.cycle) for row in found.rows]
    assert rows == [("Type1", 900, "Node.own -> Node"), ("Type0", 5, None)]
    most = found.rows[0]
    assert (most.stack[0].line, most.sampled, most.agreeing, most.caller) == (2, 20, 11, None)
    assert found.rows[1].stack == ()


def test_a_type_that_was_not_sampled_is_counted() -> None:
    found = analyse(facts([[1]], counts=[[1], [1]], debt=Debt(None, {1: 4}, ())))
    assert (found.objects, found.islands, found.rows[0].cycle) == (4, None, None)


def test_behind_a_library_stands_the_line_of_the_program() -> None:
    library = frame(3, "/usr/lib/python3.12/copy.py")
    given = facts([[1]], counts=[[1]], debt=Debt(1, {0: 1}, (DebtType(0, 1, "", ((0, 1),)),)))
    given = replace(
        given, allocations=Allocations(((library, frame(8)),), given.allocations.changes)
    )
    assert analyse(given).rows[0].caller == frame(8)


def test_unknown() -> None:
    found = analyse(facts())
    assert (found.known, found.objects, found.rows) == (False, 0, ())


def _given(*events: str, threshold: int | None = 700) -> Facts:
    young = generation(0, [5, 5], threshold=threshold)
    old = generation(2, [5])
    return facts(
        run=replace(RUN, events=tuple(Event(at, what, "") for at, what in enumerate(events))),
        generations=Generations(((young, old), (young, old)), (), ()),
    )


@pytest.mark.parametrize(
    ("events", "enabled", "frozen"),
    [
        ((), True, False),
        (("gc-disabled",), False, False),
        (("gc-disabled", "gc-enabled"), True, False),
        (("gc-enabled", "gc-disabled", "gc-frozen"), False, True),
        (("gc-frozen", "gc-unfrozen"), True, False),
    ],
)
def test_what_the_program_did_to_the_collector(
    *, events: tuple[str, ...], enabled: bool, frozen: bool
) -> None:
    expected = Collector(enabled, automatic=True, frozen=frozen, full_collections=2)
    assert analyse(_given(*events)).collector == expected


def test_a_threshold_of_nothing_stops_it() -> None:
    assert not analyse(_given(threshold=0)).collector.automatic
    assert analyse(_given(threshold=None)).collector.automatic


def test_full_collections_where_they_cannot_be_told() -> None:
    given = _given()
    interpreter = replace(RUN.interpreter, version="3.14.1")
    incremental = replace(given, run=replace(RUN, interpreter=interpreter))
    assert analyse(incremental).collector.full_collections is None
    free = replace(RUN.interpreter, free_threaded=True)
    found = analyse(replace(given, run=replace(RUN, interpreter=free)))
    assert found.collector.full_collections == 6
    assert analyse(facts()).collector.full_collections is None
