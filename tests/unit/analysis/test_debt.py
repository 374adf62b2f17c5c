"""What garbage waited for the collector, and why it did."""

from dataclasses import replace

from support.facts import SECOND_NS, facts, frame, generation

from memprof.analysis.debt import analyse
from memprof.model.debt import Debt, DebtType
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.run import Event


def _indebted(*rows: DebtType, **counts: int) -> Facts:
    """Return facts of two sites and three types, with garbage of them."""
    made = facts([[1], [1]], counts=[[1]] * 3)
    by_type = {int(name.removeprefix("type")): count for name, count in counts.items()}
    return replace(made, debt=Debt(4, by_type, rows))


def test_where_nobody_looked_nothing_is_known() -> None:
    found = analyse(facts())
    assert (found.known, found.objects, found.islands, found.rows) == (False, 0, None, ())


def test_most_objects_come_first_and_none_are_left_out() -> None:
    found = analyse(_indebted(type0=3, type1=40, type2=0))
    assert found.known
    assert [row.type.qualname for row in found.rows] == ["Type1", "Type0"]
    assert (found.objects, found.islands) == (43, 4)


def test_a_type_has_the_site_of_most_of_its_samples() -> None:
    row = DebtType(0, 9, "A.b -> A", ((None, 50), (1, 3), (0, 5), (1, 4)))
    (found,) = analyse(_indebted(row, type0=9)).rows
    assert (found.cycle, found.stack) == ("A.b -> A", (frame(2),))
    assert (found.sampled, found.agreeing) == (12, 7)


def test_a_type_without_samples_or_a_cycle_has_none() -> None:
    first, second = analyse(_indebted(DebtType(0, 9, "", ((None, 2),)), type0=9, type1=1)).rows
    assert (first.cycle, first.stack, first.caller, first.sampled) == (None, (), None, 0)
    assert (second.cycle, second.stack) == (None, ())


def _collector(*events: str, threshold: int | None = 700, pauses: int = 0) -> tuple[object, ...]:
    """Return what is said of a collector to which the program did *events*."""
    given = facts(number=2)
    rows = (generation(0, threshold=threshold), generation(2, [1] * pauses))
    happened = tuple(Event(n * SECOND_NS, what, "") for n, what in enumerate(events))
    given = replace(
        given,
        run=replace(given.run, events=happened),
        generations=Generations((rows, ()), (), ()),
    )
    found = analyse(given).collector
    return found.enabled, found.automatic, found.frozen, found.full_collections


def test_the_collector_is_as_the_program_left_it() -> None:
    assert _collector(pauses=3) == (True, True, False, 3)
    assert _collector("gc-disabled") == (False, True, False, 0)
    assert _collector("gc-disabled", "gc-enabled") == (True, True, False, 0)
    assert _collector("gc-enabled", "gc-disabled") == (False, True, False, 0)
    assert _collector("gc-frozen") == (True, True, True, 0)
    assert _collector("gc-frozen", "gc-unfrozen") == (True, True, False, 0)
    assert _collector(threshold=0) == (True, False, False, 0)
