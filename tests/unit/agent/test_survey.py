"""All objects at one moment, without a line of their code, in Python as in C."""

import gc
from collections.abc import Callable
from typing import Any

from unit.agent.looks import WAYS, number_anew, plain
from unit.agent.recorder import recorded

from memprof.agent import graph

Way = Callable[[], Any]


class Counted:
    """What is counted."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.one = None


class Held:
    """What the collector need not track."""

    __slots__ = ()


class Hostile:
    """Would notice every look at it."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        """Refuse."""
        raise AssertionError(name)

    def __eq__(self, other: object) -> bool:
        """Refuse."""
        raise AssertionError

    def __hash__(self) -> int:
        """Refuse."""
        raise AssertionError

    def __bool__(self) -> bool:
        """Refuse."""
        raise AssertionError


@WAYS
def test_objects_are_counted_by_the_name_of_their_type(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    kept = [Counted() for _ in range(123)]
    strange = [Hostile() for _ in range(5)]
    counts, _, rows, _ = looks.look(names.type, {})
    assert (counts[names.type(Counted)], counts[names.type(Hostile)], rows) == (123, 5, [])
    kept.clear()
    counts = looks.look(names.type, {})[0]
    assert (counts + [0] * 1000)[names.type(Counted)] == 0
    assert len(strange) == 5


@WAYS
def test_it_counts_what_the_collector_knows(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    looks.look(names.type, {})
    gc.collect()
    counts = looks.look(names.type, {})[0]
    # In Python the look is among what it looks at: its iterators and their tuples.
    there = gc.get_objects() if way is plain else graph.tracked()
    assert abs(sum(counts) - len(there)) <= (80 if way is plain else 40)


@WAYS
def test_own_objects_are_left_out_until_they_die(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    own = [Counted() for _ in range(50)]
    number_anew(looks, names, own)
    kept = [Counted() for _ in range(3)]
    assert looks.look(names.type, {})[0][names.type(Counted)] == 3
    own.clear()
    looks.look(names.type, {})
    kept += [Counted() for _ in range(60)]
    assert looks.look(names.type, {})[0][names.type(Counted)] == 63
    assert len(looks.some([names.type(Counted)], [63], 63)) == 3 * 63


@WAYS
def test_a_class_counts_its_instances(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    number = names.type(Counted)
    before = looks.look(names.type, {})[1][number]
    kept = [Counted() for _ in range(300)]
    assert looks.look(names.type, {})[1][number] == before + 300
    kept.clear()
    assert looks.look(names.type, {})[1][number] == before


@WAYS
def test_static_and_own_classes_have_no_count(way: Way) -> None:
    gc.unfreeze()  # what is frozen Python cannot ask for
    looks, (_, names) = way(), recorded()
    number_anew(looks, names, [Counted])
    references = looks.look(names.type, {})[1]
    for cls in (int, dict, type, type(None), Counted):
        number = names.type(cls)
        assert number >= len(references) or references[number] == -1
    assert max(references) < 500_000_000


@WAYS
def test_classes_are_found_whatever_their_metaclass_says(way: Way) -> None:
    class Meta(type):
        """Hides its subclasses."""

        def __subclasses__(cls) -> list[type]:
            return []

    class Base(metaclass=Meta):
        """A class that claims to have no subclass."""

    class Child(Base):
        """The class that is hidden."""

    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    assert looks.look(names.type, {})[1][names.type(Child)] > 0


@WAYS
def test_a_class_at_the_address_of_another_has_its_own_number(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    seen: dict[str, int] = {}
    for turn in range(15):
        cls = type(f"Passing{turn}", (), {"__module__": "here"})
        counts = looks.look(names.type, {})[0]
        one = cls()
        counts = looks.look(names.type, {})[0]
        seen[cls.__name__] = counts[names.type(cls)]
        del one, cls
        gc.collect()
    assert set(seen.values()) == {1}


@WAYS
def test_samples_are_counted_while_they_live(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    kept = [Counted(), Counted()]
    twice = kept[:1]
    wanted = dict.fromkeys(map(id, kept), 0)
    rows = looks.look(names.type, wanted)[2]
    found = {rows[at]: tuple(rows[at + 1 : at + 3]) for at in range(0, len(rows), 3)}
    number = names.type(Counted)
    assert found == {id(kept[0]): (number, 2), id(kept[1]): (number, 1)}
    del kept[1]
    assert len(looks.look(names.type, wanted)[2]) == 3
    assert len(twice) == 1


@WAYS
def test_what_is_untracked_is_reached_through_what_holds_it(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    number = names.type(bytearray)
    first = (looks.untracked(names.type) + [0] * 1000)[number]
    kept = [bytearray(3) for _ in range(200)]
    deep = [((bytearray(1),),)]
    twice = kept[:]
    gc.collect()  # tuples of what is not tracked are no longer tracked
    assert looks.untracked(names.type)[number] - first == 201
    assert (len(kept), len(deep), len(twice)) == (200, 1, 200)


@WAYS
def test_a_look_changes_nothing(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    looks.look(names.type, {})
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        try:
            before = gc.get_stats()
            looks.look(names.type, {})
            looks.untracked(names.type)
            assert (gc.isenabled(), gc.get_stats()) == (enabled, before)
        finally:
            gc.enable()
