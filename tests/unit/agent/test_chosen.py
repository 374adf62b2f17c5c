"""Chosen objects: which, where, who refers to them, how large; in Python as in C."""

import gc
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from unit.agent.looks import WAYS, native, number_anew
from unit.agent.recorder import recorded

from memprof.agent import chosen

Way = Callable[[], Any]


class Held:
    """What is held."""


class Other:
    """What is not."""


@WAYS
def test_some_are_spread_over_all(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    # What other tests left behind is none of ours.
    gc.collect()
    kept = [Held() for _ in range(1000)]
    looks.look(names.type, {})
    rows = looks.some([names.type(Held)], [1000], 5)
    assert set(rows[1::3]) == {names.type(Held)}
    at = sorted([id(one) for one in kept].index(address) for address in rows[::3])
    # The youngest come first, so the first need not be the first made.
    assert [later - earlier for earlier, later in pairwise(at)] == [200] * 4


@WAYS
def test_objects_are_found_by_their_address(way: Way) -> None:
    kept = [Held() for _ in range(4)]
    found = way().at([id(kept[1]), id(kept[3])])
    assert set(map(id, found)) == {id(kept[1]), id(kept[3])}
    assert way().at([]) == []


@WAYS
def test_classes_are_found_by_their_number(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    kept = [Held(), Other(), Held()]
    looks.look(names.type, {})
    assert looks.classes([names.type(Held)]) == [Held]
    assert len(kept) == 3


@WAYS
def test_containers_explain_every_reference(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    kept: list[Any] = [[Held()]]
    kept += [list(kept[0]), tuple(kept[0]), {"one": kept[0][0]}]
    ((address, references, explained, kinds),) = looks.holders(names.type, [id(kept[0][0])])
    assert (address, references, explained) == (id(kept[0][0]), 4, 4)
    assert kinds == sorted(map(names.type, (dict, list, tuple)))


@WAYS
def test_one_holder_can_explain_many(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    kept = [Held()] * 3
    assert looks.holders(names.type, [id(kept[0])]) == [(id(kept[0]), 3, 3, [names.type(list)])]


def test_what_a_generator_borrows_is_not_counted() -> None:
    """Since 3.14 an argument that waits for the others; in Python nobody can tell."""

    def either(one: object, other: object) -> object:
        return one or other

    def work(one: object) -> Iterator[object]:
        yield either(one, (yield None))

    looks, (_, names) = native(), recorded()
    number_anew(looks, names)
    kept = [Held()]
    waits = work(kept[0])
    next(waits)
    ((_, references, explained, _),) = looks.holders(names.type, [id(kept[0])])
    # By the list and the variable; before 3.14 by the argument as well.
    assert references == explained == (2 if sys.version_info >= (3, 14) else 3)


@WAYS
def test_a_running_frame_explains_nothing(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    number_anew(looks, names)
    mine = Held()
    also = mine
    kept = [mine]
    ((_, references, explained, _),) = looks.holders(names.type, [id(mine)])
    assert (references, explained) == (3, 1)
    assert also is kept[0]


@WAYS
def test_own_holders_count_unnamed(way: Way) -> None:
    looks, (_, names) = way(), recorded()
    own = [Held()]
    also = [own[0]]
    number_anew(looks, names, [own, also])
    assert looks.holders(names.type, [id(own[0])])[0][1:] == (2, 2, [])


def test_too_many_referrers_are_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "_MOST_REFERRERS", 5)
    kept = [Held()]
    copies = [kept[:] for _ in range(20)]
    _, names = recorded()
    assert chosen.holders(names.type, [id(kept[0])])[0][2] is None
    assert len(copies) == 20


@WAYS
def test_sizes_are_summed_by_class(way: Way) -> None:
    kept = [Held() for _ in range(20_000)]
    found = way().sizes([Held, Other], [object.__sizeof__] * 2)
    assert found == [20_000 * object.__sizeof__(kept[0]), 0]
