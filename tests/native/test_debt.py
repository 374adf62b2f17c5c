"""Cyclic debt found without collecting: what the collector would find, and nothing changed."""

import ctypes
import gc
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from native.graphs import KINDS, Graph, called, finalized, grow, saved
from native.inside import said

_spec = find_spec("memprof.agent._graph")
if _spec is None or _spec.origin is None:
    pytest.skip("memprof.agent._graph is not built", allow_module_level=True)
native: Any = import_module("memprof.agent._graph")

MINUTE_NS = 60_000_000_000
ALL = 1 << 30
numbers: dict[str, int] = {}


def number(cls: type) -> int:
    """Number *cls* by its name; a class among the garbage must not be kept."""
    return numbers.setdefault(cls.__name__, len(numbers))


def walk(types: int = ALL, samples: int = ALL) -> Any:  # noqa: ANN401  (or None)
    """Return what is found within a minute."""
    return native.garbage(number, time.perf_counter_ns() + MINUTE_NS, types, samples)


def addresses() -> set[int]:
    """Return the addresses of all garbage, each of which must be told once."""
    counts, _, rows = walk()
    told = [one for _, _, ones, _ in rows for one in ones]
    assert len(told) == len(set(told)) == sum(counts) == sum(row[1] for row in rows)
    return set(told)


def cycles() -> dict[str, str]:
    """Return the cycle told of each type of garbage."""
    _, _, rows = walk()
    names = {value: name for name, value in numbers.items()}
    return {names[row[0]]: row[3] for row in rows}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Let no other garbage be there, and none be collected; the tests' own heap stands aside."""
    gc.collect()
    # What is adopted and then dies would leave its address to what a test makes: the list, too.
    before = native.tracked()
    native.adopt(before)
    gc.disable()
    gc.freeze()
    yield
    before.clear()
    gc.unfreeze()
    gc.garbage.clear()
    gc.enable()
    gc.collect()


def headers(places: set[int]) -> list[tuple[int, int]]:
    """Return the reference counts and the collector's marks of the objects at *places*."""
    return [
        (
            ctypes.c_ssize_t.from_address(one).value,
            ctypes.c_size_t.from_address(one - 8).value & 3,
        )
        for one in sorted(places)
    ]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a graph of any kinds of objects."""
    kinds = draw(st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=25))
    one = st.integers(0, len(kinds) - 1)
    edges = draw(st.lists(st.tuples(one, one), max_size=60))
    return kinds, edges, draw(st.sets(one, max_size=3)), draw(st.sets(one, max_size=1))


def settled() -> tuple[Any, ...]:
    """Return what of the collector must not change; what is frozen may die in another thread."""
    is_frozen = gc.get_freeze_count() > 0
    return gc.get_stats(), gc.isenabled(), gc.get_debug(), gc.get_threshold(), is_frozen


@pytest.mark.timeout(600)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(graphs())
@example(([2, 5, 13, 14], [(0, 0), (1, 1), (2, 0), (3, 1)], set(), set()))
def test_it_is_what_the_collector_finds(graph: Graph) -> None:
    gc.collect()
    holders = grow(graph)
    finalized.clear()
    called.clear()
    before = settled()
    found = addresses()
    assert settled() == before
    marks = headers(found)
    assert addresses() == found
    assert headers(found) == marks
    assert not finalized
    assert not called
    assert found == saved()
    holders.clear()


def test_nothing_is_counted_that_is_not_there() -> None:
    assert addresses() == set()
    assert walk() == ([], 0, [])


def test_the_collector_counts_as_before() -> None:
    """What a call creates is gone with its answer."""
    kept = [[] for _ in range(50)]  # type: ignore[var-annotated]
    for one in kept:
        one.append(one)
    del kept, one
    seen = [0] * 6
    for at in range(6):
        walk()
        seen[at] = sum(gc.get_count())
    # The first calls fill the lists of free objects.
    assert seen[4:] == [seen[3]] * 2


def test_reference_counts_of_what_is_alive_stay() -> None:
    gc.unfreeze()
    every = gc.get_objects()
    before = [sys.getrefcount(one) for one in every]
    walk()
    # `before` itself is not among them, and the answer is gone.
    assert [sys.getrefcount(one) for one in every] == before


def test_a_generator_among_the_garbage_is_found_with_what_it_holds() -> None:
    """The collector closes it first, so what it held is not saved."""

    def generator(held: list[object]) -> Iterator[None]:
        yield
        held.clear()

    held: list[object] = []
    running = generator(held)
    held.append(running)
    next(running)
    expected = {id(held), id(running)}
    del held, running
    assert addresses() == expected
    saved()


class Hung:
    """Has the attributes of one test, so that those of its instances stand in place."""


def bare() -> type[Any]:
    """Return a new class: with few attributes, and few made before, they stand without a dict."""

    class Bare:
        pass

    return Bare


def test_islands() -> None:
    cls = bare()
    for _ in range(7):
        first, second = cls(), cls()
        first.other, second.other = second, first
        alone = cls()
        alone.own = alone
    del first, second, alone
    counts, islands, rows = walk(1, 5)
    assert (sum(counts), islands) == (21, 14)
    ((_, objects, ones, _),) = rows
    assert (objects, len(ones)) == (21, 5)


def test_it_stops_in_time() -> None:
    many = [[] for _ in range(5_000)]  # type: ignore[var-annotated]
    assert native.garbage(number, time.perf_counter_ns() - 1, 1, 1) is None
    assert len(many) == 5_000


@pytest.mark.parametrize(
    "wrong", [(), (number,), (number, "", 1, 1), (number, 1, -1, 1), (number, 1, 1, None)]
)
def test_wrong_arguments(wrong: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, OverflowError)):
        native.garbage(*wrong)


def test_an_error_of_the_names_is_passed_on() -> None:
    class Unheard:
        pass

    one = Unheard()
    one.own = one  # type: ignore[attr-defined]
    del one
    with pytest.raises(ZeroDivisionError):
        native.garbage(lambda _: 1 // 0, time.perf_counter_ns() + MINUTE_NS, 1, 1)


class Node:
    """Has a parent and children."""

    def __init__(self, parent: "Node | None" = None) -> None:
        """Become a child of *parent*."""
        self.parent = parent
        self.children: list[Node] = []
        if parent is not None:
            parent.children.append(self)


class Slot:
    """Holds itself in a slot."""

    __slots__ = ("__own",)

    def __init__(self) -> None:
        """Begin."""
        self.__own = self


def test_the_cycle_of_attributes() -> None:
    root = Node()
    for _ in range(3):
        Node(root)
    del root
    assert cycles() == {
        "Node": "Node.children -> list[...] -> Node.parent -> Node",
        "list": "list[...] -> Node.parent -> Node.children -> list",
    }


def test_the_cycle_of_a_dictionary_that_was_asked_for() -> None:
    one = Node()
    one.__dict__[sys.intern("näher\n")] = one
    del one
    assert cycles()["Node"] == "Node.näher? -> Node"


def test_a_key_that_came_in_while_it_ran_is_not_said() -> None:
    # Of an attribute 3.13 makes a name, as `setattr` does everywhere.
    cache: dict[object, object] = {}
    cache["secret".upper()] = cache
    del cache
    assert cycles() == {"dict": "dict[...] -> dict"}


def test_the_cycle_of_a_slot() -> None:
    Slot()
    assert cycles() == {"Slot": "Slot._Slot__own -> Slot"}


def test_the_cycle_of_a_key() -> None:
    cache: dict[object, object] = {}
    cache["me"] = cache
    del cache
    assert cycles() == {"dict": "dict['me'] -> dict"}


def test_the_cycle_of_a_closure() -> None:
    def make() -> None:
        def again() -> object:
            return again

    make()
    told = "function.__closure__ -> tuple[...] -> cell.cell_contents -> function"
    assert cycles()["function"] == told


def test_one_of_two_that_hangs_on_a_cycle_does_not_hide_it() -> None:
    def make() -> None:
        def again() -> object:
            return again

        again.__dict__["other"] = lambda: None

    make()
    told = "function.__closure__ -> tuple[...] -> cell.cell_contents -> function"
    assert cycles()["function"] == told


def test_what_a_generator_borrows_is_no_reference() -> None:
    """Since 3.14 an argument that waits for the others is not counted, and yet shown."""

    def either(one: object, other: object) -> object:
        return one or other

    def work(one: object, _: object) -> Iterator[object]:
        yield either(one, (yield None))

    # Held by this function's frame, and by the garbage: once more or less is garbage, too.
    one = [Node()]
    itself: list[object] = []
    waits = work(one, itself)
    next(waits)
    itself.append(waits)
    garbage = {id(itself), id(waits)}
    del itself, waits
    found = addresses()
    assert garbage <= found
    assert id(one) not in found


def test_the_cycle_of_an_exception() -> None:
    def swallow() -> None:
        try:
            raise KeyError  # noqa: TRY301
        except KeyError as error:
            kept = error  # noqa: F841

    swallow()
    told = "KeyError.__traceback__ -> traceback.tb_frame -> frame.kept -> KeyError"
    assert cycles()["KeyError"] == told


def test_the_cycle_of_a_class() -> None:
    type("Made", (), {})
    assert cycles()["type"] == "class Made.__mro__ -> tuple[...] -> class Made"


def test_a_long_cycle_is_cut() -> None:
    cls = bare()
    first = last = cls()
    for _ in range(999):
        step = cls()
        step.next = last
        last = step
    first.next = last
    del first, last, step
    some = "Bare.next -> Bare.next -> "
    told = f"{some}{some}Bare -> (992 more) -> {some}Bare.next -> Bare"
    assert cycles() == {"Bare": told}


def test_what_only_hangs_on_a_cycle_has_none() -> None:
    one = Hung()
    one.own, one.other = one, Slot.__new__(Slot)  # type: ignore[attr-defined]
    del one
    assert cycles() == {"Hung": "Hung.own -> Hung", "Slot": ""}


def test_legacy_finalizers_are_found_too() -> None:
    """The collector never frees them, and puts them in gc.garbage."""
    testing = pytest.importorskip("_testcapi")

    class Legacy:
        own: Any = None

        def __tp_del__(self) -> None:
            """Do nothing."""

    one = testing.with_tp_del(Legacy)()
    one.own = one
    place = id(one)
    del one
    assert place in addresses()
    gc.collect()
    (left,) = gc.garbage
    assert id(left) == place
    left.own = None


LIBRARIES = """
import argparse, asyncio, collections, ctypes, dataclasses, enum, functools, gc, itertools, json
import sqlite3, threading, time, weakref, xml.etree.ElementTree as trees
from memprof.agent import _graph

async def fail(number):
    future = asyncio.get_running_loop().create_future()
    future.set_result(number)
    await future
    try:
        raise ValueError(number)
    except ValueError as error:
        return [error]

async def main():
    await asyncio.gather(*map(fail, range(50)))

def use():
    @dataclasses.dataclass
    class Point:
        held: list = dataclasses.field(default_factory=list)
    class Colour(enum.Enum):
        RED = 1
    class Structure(ctypes.Structure):
        _fields_ = [("held", ctypes.py_object)]
    point, structure, tree = Point(), Structure(), trees.Element("a")
    weak = weakref.WeakValueDictionary(point=point)
    structure.held = ctypes.py_object(structure)
    tree.append(tree)
    point.held += [point, weak, iter([point]), itertools.tee(point.held), Colour.RED]
    point.held += [zip(point.held), map(str, point.held), threading.Thread(args=(point,))]
    ordered = collections.OrderedDict()
    ordered["own"] = ordered
    @functools.lru_cache
    def again(number):
        return number and again(number - 1)
    again(9)
    argparse.ArgumentParser().add_argument("--more")
    connection = sqlite3.connect(":memory:")
    connection.create_function("f", 1, lambda one, held=connection: one)
    connection.close()

numbers, differ, sizes = {}, [], []
for _ in range(4):
    gc.collect()
    gc.disable()
    asyncio.run(main())
    for _ in range(10):
        use()
    answer = _graph.garbage(
        lambda cls: numbers.setdefault(cls.__name__, len(numbers)),
        time.perf_counter_ns() + 60 * 10**9, 1 << 30, 1 << 30,
    )
    found = {one for row in answer[2] for one in row[2]}
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    saved = set(map(id, gc.garbage))
    gc.garbage.clear()
    differ.append(len(saved ^ found))
    sizes.append(len(found))
print(json.dumps([differ, min(sizes)]))
"""


def test_what_libraries_leave_is_found_too(tmp_path: Path) -> None:
    """Types written in C, some of which show objects they have freed."""
    differ, least = said(LIBRARIES, tmp_path)
    assert differ == [0] * 4
    assert least > 1_000


def test_the_agents_own_are_alive(tmp_path: Path) -> None:
    program = """
import gc, json, time
from memprof.agent import _graph
gc.collect()
gc.disable()
class Own: pass
def make():
    one = Own()
    one.own = one
names = {}
def found():
    answer = _graph.garbage(
        lambda cls: names.setdefault(cls, len(names)), time.perf_counter_ns() + 10**10, 9, 9
    )
    return [row[1] for row in answer[2]]
before = gc.get_objects()
make()
_graph.adopt(before)
first = found()
make()
print(json.dumps([first, found()]))
"""
    assert said(program, tmp_path) == [[], [1]]
