"""References that are counted and held by nobody: found by reading all memory."""

import ctypes
import gc
import mmap
import sys
from collections.abc import Iterator
from time import monotonic_ns

import pytest
from unit.agent.looks import native, number_anew
from unit.agent.recorder import recorded

from memprof.agent.lost import Lost

MADV_GUARD_INSTALL = 102
"""Linux 6.13's, of madvise()."""

FOR_EVER, LOST = 1 << 62, 3000
TYPES: list[str] = []
KEPT: list[object] = []


class Packed(ctypes.Structure):
    """A pointer where none is expected to stand."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("flag", ctypes.c_char), ("pointer", ctypes.c_void_p))


class Held:
    """An object to refer to."""


def found(deadline_ns: int = FOR_EVER) -> dict[int, tuple[int, int, int]] | None:
    """Return the rows of what lost a thousand references, by address."""
    recorder, names = recorded()
    number_anew(native(), names)
    rows = native().lost(names.type, 1000, deadline_ns)
    names.flush()
    TYPES[:] = recorder.types()
    return None if rows is None else {row[0]: row[1:] for row in rows}


def is_lost(one: object) -> bool:
    """Tell whether *one* is among them."""
    rows = found()
    assert rows is not None
    return id(one) in rows


def take(one: object, times: int) -> None:
    """Take references to *one* as C code does."""
    for _ in range(times):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))


@pytest.fixture
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a look take what it takes: all memory of pytest is much for a busy machine."""
    monkeypatch.setattr("memprof.agent.lost._LONGEST_NS", 1 << 40)


@pytest.fixture
def one() -> Iterator[Held]:
    """Return an object whose lost references are given back afterwards."""
    made = Held()
    # Where another once stood, freed memory may be full of pointers to it.
    KEPT.append(made)
    yield made
    for _ in range(LOST):
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(made))


def test_what_nobody_stores_is_lost(one: Held) -> None:
    take(one, LOST)
    rows = found()
    assert rows is not None
    kind, references, pointers = rows[id(one)]
    assert TYPES[kind] == "Held"
    assert LOST <= references <= LOST + 10
    assert 1 <= pointers < LOST - 1000


def test_a_list_an_array_and_a_field_that_is_not_aligned_all_hold(one: Held) -> None:
    take(one, LOST)
    assert is_lost(one)
    in_list = [one] * LOST
    assert is_lost(one)
    del in_list
    # Where no object shows them to the collector, and at odd addresses.
    hidden = (Packed * LOST)(*[Packed(b"x", id(one))] * LOST)
    assert not is_lost(one)
    assert hidden[0].pointer == id(one)


def test_no_memory_beside_our_own_is_passed_over(one: Held) -> None:
    """What is read into lies where there is room for a MiB: between two that hold the object."""
    take(one, LOST)
    size, step = 1 << 20, (1 << 21) // LOST // 8 * 8
    pointer = id(one).to_bytes(8, sys.byteorder)
    places = [mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE) for _ in range(3)]
    for place in (places[0], places[2]):
        for at in range(0, size - 8, step):
            place[at : at + 8] = pointer
    places[1].close()
    assert not is_lost(one)


@pytest.mark.parametrize("at", [0, 5, 255])
def test_a_page_that_nobody_may_read_is_passed_over(one: Held, at: int) -> None:
    """As the C library guards the end of a thread's stack, in the midst of what is mapped."""
    size, page = 1 << 20, mmap.PAGESIZE
    place = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE)
    pointer = id(one).to_bytes(8, sys.byteorder)
    begins = ctypes.c_char.from_buffer(place)
    guarded = ctypes.addressof(begins) + at * page
    if ctypes.CDLL(None).madvise(ctypes.c_void_p(guarded), page, MADV_GUARD_INSTALL):
        pytest.skip("this kernel has no guards of that kind")
    take(one, LOST)
    assert is_lost(one)
    # What stands before and behind it counts, at addresses of any kind.
    step = 100
    for number in range(LOST):
        there = number * step + 1
        there += page + step if there > at * page - step else 0
        place[there : there + 8] = pointer
    assert not is_lost(one)
    del begins


def test_flags_in_a_pointer_do_not_hide_it(one: Held) -> None:
    take(one, LOST)
    hidden = (ctypes.c_void_p * LOST)(*[id(one) | 3] * LOST)
    assert not is_lost(one)
    assert hidden[0] == id(one) | 3


def test_a_class_may_lose_them() -> None:
    take(Held, LOST)
    try:
        assert not is_lost(Held)
    finally:
        for _ in range(LOST):
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(Held))


def test_nothing_is_said_of_half_of_the_memory(one: Held) -> None:
    take(one, LOST)
    assert found(monotonic_ns()) is None


def test_nothing_is_read_where_nothing_is_missing() -> None:
    kept = [Held()] * 5000
    assert found(0) == {}
    assert len(kept) == 5000
    with pytest.raises(TypeError):
        native().lost(None)


@pytest.mark.usefixtures("_time")
def test_it_is_told_with_the_counts_of_earlier_looks(one: Held) -> None:
    take(one, LOST)
    recorder, names = recorded()
    number_anew(native(), names)
    lost = Lost(names)
    lost.note(10, [])
    lost.note(20, [id(one), 1500, id(names), 2000])
    lost.tell(recorder.send, FOR_EVER)
    (record,) = recorder.of("lost")
    (row,) = [row for row in record["rows"] if recorder.types()[row[0]] == "Held"]
    assert row[4] == [10, 0, 20, 1500]


@pytest.mark.usefixtures("_time")
def test_a_function_has_a_name_and_an_object_has_none(one: Held) -> None:
    take(one, LOST)
    take(gc.collect, LOST)
    try:
        recorder, names = recorded()
        number_anew(native(), names)
        Lost(names).tell(recorder.send, FOR_EVER)
        texts = {number: text for text, number in names.strings.items()}
        assert {texts[row[1]] for row in recorder.of("lost")[0]["rows"]} >= {"gc.collect", ""}
    finally:
        for _ in range(LOST):
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(gc.collect))


def test_of_a_long_run_every_second_look_is_kept() -> None:
    lost = Lost(recorded()[1])
    for at_ns in range(1000):
        lost.note(at_ns, [])
    looks = lost.looks_at(1)[::2]
    assert len(looks) <= 64
    assert looks[0] == 0
    assert looks[-1] > 900
    # Too much to tell, or not to be known.
    lost.note(1000, None)
    assert lost.looks_at(1)[-2] < 1000
    lost.begin_again()
    assert lost.looks_at(1) == []
