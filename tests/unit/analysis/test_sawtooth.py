"""What grows between two full collections and is garbage is left out."""

from dataclasses import replace

import pytest
from support.facts import facts, generation, history
from support.suspected import suspect

from memprof.analysis.held import Held
from memprof.analysis.history import latest
from memprof.analysis.judged import judged, warm_up
from memprof.analysis.sawtooth import without
from memprof.model.debt import Debt
from memprof.model.facts import Facts
from memprof.model.generations import Generations
from memprof.model.objects import Type
from memprof.model.run import Event

NUMBER = 20
GARBAGE = Held(None, (("unreachable garbage", 9),), 10, 0, 9)
HELD = Held(None, (("app.POOL[*]", 9),), 10, 0, 1)


def given(full: int = 0, collected: int = 0, *events: str) -> Facts:
    """Return facts of so many *full* collections after warm-up, that freed *collected* blocks."""
    made = facts([[100] * NUMBER])
    seldom = (generation(0, (9,)), generation(2))
    intervals = [seldom] * (NUMBER - 1 - full) + [(generation(2, (9,)),)] * full + [seldom]
    looks = (*(None,) * (NUMBER - 1), history(collected={0: (64 * collected, collected)}))
    return replace(
        made,
        run=replace(made.run, events=tuple(Event(1, what, "") for what in events)),
        generations=Generations(tuple(intervals), (), ()),
        history=looks,
    )


def left(told: Facts, held: Held | None = None) -> int:
    """Return how many of one suspect are left, of 640 blocks."""
    row = suspect() if held is None else suspect(held=held, held_by=held.owner)
    seen = judged(told, range(NUMBER), warm_up(told))
    return len(without(told, seen, latest(told), [(0, row)]))


def test_garbage_between_two_full_collections_is_no_leak() -> None:
    assert left(given(collected=640), GARBAGE) == 0
    assert left(given(full=1, collected=640), GARBAGE) == 0
    # It grew across them.
    assert left(given(full=2, collected=640), GARBAGE) == 1


def test_what_is_garbage_since_the_programs_end_only_is_a_leak() -> None:
    assert left(given(collected=639), GARBAGE) == 1


def test_garbage_that_is_no_debt_has_no_owner() -> None:
    row = replace(suspect(held=GARBAGE, held_by=GARBAGE.owner), verdict="LEAK", cycle="A -> A")
    told = given(collected=0)
    seen = judged(told, range(NUMBER), warm_up(told))
    (found,) = without(told, seen, latest(told), [(0, row)])
    assert (found.held_by, found.cycle, found.held.owners) == (None, None, ())
    assert found.held.midway
    debt = replace(row, verdict="CYCLIC DEBT")
    assert without(told, seen, latest(told), [(0, debt)]) == [debt]


def test_of_a_type_all_that_was_collected_tells() -> None:
    made = replace(given(), history=(None,) * NUMBER)
    young = generation(0, (9,), collected=640), generation(2)
    collected = Generations((young,) * NUMBER, (), ())
    for told, held, number in ((made, GARBAGE, 1), (made, None, 1)):
        assert left(told, held) == number
        assert left(replace(told, generations=collected), held) == (held is None)


@pytest.mark.parametrize("event", ["gc-disabled", "gc-frozen"])
def test_it_is_one_where_the_collector_is_kept_off(event: str) -> None:
    assert left(given(0, 640, event), GARBAGE) == 1


def test_of_an_unknown_owner_what_was_collected_before_tells() -> None:
    assert left(given(collected=0)) == 1
    assert left(given(collected=639)) == 1
    assert left(given(collected=640)) == 0
    assert left(given(full=2, collected=640)) == 1


def test_what_is_held_is_none_of_it() -> None:
    assert left(given(collected=10_000), HELD) == 1


@pytest.mark.parametrize(
    ("waiting", "engine", "expected"), [(66, "native", 0), (65, "native", 1), (66, "off", 1)]
)
def test_a_type_of_which_as_much_was_garbage_at_the_end(
    waiting: int, engine: str, expected: int
) -> None:
    """Looks that come as often as young collections see it grow: its lines, followed, do not."""
    node = Type("app", "Node")
    made = given(collected=0)
    young = (generation(0, (9,), collected=640), generation(2))
    told = replace(
        made,
        generations=Generations((young,) * NUMBER, (), ()),
        objects=replace(made.objects, types=(Type("builtins", "list"), node)),
        debt=Debt(None, {0: 1000, 1: waiting}, ()),
        run=replace(made.run, settings=replace(made.run.settings, engine=engine)),
    )
    row = suspect(type=node, stack=(), growth_objects=66, growth_blocks=None)
    seen = judged(told, range(NUMBER), warm_up(told))
    assert len(without(told, seen, None, [(None, row)])) == expected
    # Of a line the same says nothing.
    assert len(without(told, seen, None, [(0, row)])) == 1
