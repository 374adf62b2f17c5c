"""Whatever the bytes, a capture of several processes gives a tree or an error that says why."""

import os
import random
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.captures import Row, example_facts
from support.facts import facts
from support.hostile import STRINGS
from support.trees import beside, child, folded, leaky, lines, steady, told, unfollowed

from memprof.agent.wire import MAGIC, seal
from memprof.analysis.tree import analyse
from memprof.capture.reader import read
from memprof.capture.tree import processes, read_tree
from memprof.errors import MemprofError
from memprof.model.facts import Facts
from memprof.model.tree import Tree
from memprof.report.document import dumps
from memprof.report.page import render

ROOT = lines(told(facts([[1_000, 2_000, 3_000]]), role="root", command="app.py"))
CHILDREN = [
    child(50, facts([[1_000, 5_000]])),
    child(51, facts([[7_000]]), brief=True),
    unfollowed(52),
]
BYTES = MAGIC + ROOT + b"".join(map(folded, CHILDREN)) + seal("processes", {"count": 9})


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the captures of this module are written, one after another."""
    return tmp_path_factory.mktemp("trees") / "app.memprof"


def tree_of(path: Path, data: bytes) -> Tree | None:
    """Return the tree in *data*, None where reading it is a MemprofError; all pages hold."""
    path.write_bytes(data)
    try:
        found = read_tree(path)
    except MemprofError:
        with pytest.raises(MemprofError):
            read(path)
        return None
    assert found.root == read(path)
    keys = [(one.pid, one.clock_ns) for one in found.processes]
    assert len(set(keys)) == len(keys)
    meant = analyse(processes(path))
    assert render(meant)
    assert dumps(meant)
    return found


def test_a_tree_cut_at_any_byte_is_a_prefix(path: Path) -> None:
    """Processes are there in their order, the last with the first of its snapshots."""
    whole = tree_of(path, BYTES)
    assert whole is not None
    for end in range(len(BYTES) - 1, -1, -1):
        os.truncate(path, end)
        try:
            found = read_tree(path)
        except MemprofError:
            assert end < len(MAGIC + ROOT)
            continue
        number = len(found.processes)
        known = [(one.pid, one.clock_ns) for one in whole.processes]
        assert [(one.pid, one.clock_ns) for one in found.processes] == known[:number]
        assert found.processes[: max(number - 1, 0)] == whole.processes[: max(number - 1, 0)]
        if number:
            check_prefix(found.processes[-1].facts, whole.processes[number - 1].facts)
        if end >= len(MAGIC + ROOT):
            assert same(found.root, whole.root)


def same(one: Facts, other: Facts) -> bool:
    """Say whether two are the same but for how many lines were damaged, marks among them."""
    return one == replace(other, run=replace(other.run, damaged_records=one.run.damaged_records))


def check_prefix(cut: Any, whole: Any) -> None:  # noqa: ANN401  (facts, or none)
    """Assert that the snapshots of *cut* are the first of the *whole*."""
    if cut is not None:
        assert cut.snapshots == whole.snapshots[: len(cut.snapshots)]


def test_a_tree_damaged_at_any_line_is_a_tree(path: Path) -> None:
    """Damage stays in the process it is in, and its mark may be what is damaged."""
    rows = BYTES.split(b"\n")
    first = len((MAGIC + ROOT).split(b"\n")) - 1
    whole = tree_of(path, BYTES)
    assert whole is not None
    for place in range(first, len(rows) - 1):
        found = tree_of(path, b"\n".join([*rows[:place], b"damaged", *rows[place + 1 :]]))
        assert found is not None
        assert same(found.root, whole.root)
        assert len(found.processes) >= len(whole.processes) - 1


HOSTILE: list[Any] = [None, True, -1, 0, 41, 50, (1 << 63) - 1, 1 << 63, 10**400, 1.5, "", "50", []]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_hostile_marks_give_a_tree(path: Path, data: st.DataObject) -> None:
    """Giant counts, pids that come twice or are nobody's, parents in a circle."""
    chance = random.Random(data.draw(st.integers(0, 1 << 30)))  # noqa: S311  (reproducible)

    def any_of(*names: str) -> dict[str, Any]:
        return {name: chance.choice(HOSTILE) for name in names if chance.random() < 0.9}

    parts = [ROOT]
    for _ in range(chance.randrange(1, 8)):
        rows = [(kind, dict(fields)) for kind, fields in chance.choice(CHILDREN)]
        rows[0][1].update(any_of("pid", "ppid", "clock_ns", "role", "command", "brief", "run"))
        mark = any_of("pid", "clock_ns", "bytes")
        counts = any_of("count", "ended0", "unfollowed", "live_bytes", "rss_peak_bytes")
        pieces = [
            seal_any("process", mark),
            lines_any(rows),
            seal_any("folded", chance.choice([mark, any_of("pid", "clock_ns")])),
            seal_any("processes", counts),
        ]
        parts += [piece for piece in pieces if chance.random() < 0.8]
    assert tree_of(path, MAGIC + b"".join(parts)) is not None


def seal_any(kind: str, fields: dict[str, Any]) -> bytes:
    """Return a record whose fields are anything."""
    made: bytes = seal(kind, fields)
    return made


def lines_any(rows: list[Row]) -> bytes:
    """Return the *rows* of a child, whatever their fields are."""
    return b"".join(b"\n" + seal_any(kind, fields) for kind, fields in rows)


def test_parents_in_a_circle_and_a_long_line_of_them(path: Path) -> None:
    circle = [child(50, ppid=51, began_s=1), child(51, ppid=50, began_s=2), child(60, ppid=60)]
    line = [child(1_000 + n, ppid=999 + n, began_s=3 + n / 100, brief=True) for n in range(2_000)]
    data = MAGIC + ROOT + b"".join(map(folded, [*circle, *line]))
    path.write_bytes(data)
    found = analyse(processes(path)).processes
    assert found is not None
    assert len(found.rows) == 2_004
    assert max(row.depth for row in found.rows) == 2_000


@pytest.mark.parametrize("word", STRINGS)
def test_no_name_of_a_process_steers_the_page(path: Path, word: str) -> None:
    rows = child(50, role=word, command=word)
    data = MAGIC + ROOT + folded(rows) + folded(unfollowed(51, word, command=word, role=word))
    assert tree_of(path, data) is not None
    shown = render(analyse(processes(path)), ["processes"]).encode("utf-8")
    assert not any((byte < 0x20 and byte != 0x0A) or byte == 0x7F for byte in shown)
    assert max(map(len, shown.decode().splitlines())) <= 100


def read_within_bounds(path: Path) -> None:
    """Read and judge the tree at *path* within the reader's bound of memory."""
    tracemalloc.start()
    try:
        for one in processes(path):
            del one
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= (64 << 20) + 20 * path.stat().st_size


def test_thousands_of_children_that_ask_for_much_take_little(path: Path) -> None:
    """Each says that it is as large as the file, and speaks of ids far away."""
    parts = [MAGIC, ROOT]
    for pid in range(2_000):
        mark = {"pid": pid, "clock_ns": pid, "bytes": 1 << 40}
        gaps = [
            seal(kind, {"first": 120_000, name: []})
            for kind, name in (("strings", "texts"), ("sites", "stacks"), ("types", "rows"))
        ]
        hello = child(pid)[:1]
        shot = [row for row in child(pid) if row[0] == "snapshot"][:1]
        parts += [seal("process", mark), lines(hello), *gaps, lines(shot), seal("folded", mark)]
    path.write_bytes(b"".join(parts))
    read_within_bounds(path)
    found = analyse(processes(path)).processes
    assert found is not None
    assert len(found.rows) == 2_001


def test_children_are_not_in_memory_together(path: Path) -> None:
    """Each further one adds less than half of what its records have bytes, not twenty times."""
    big = example_facts(snapshots=30, sites=200)
    one = len(lines(child(100, big)))

    def peak_of(number: int) -> int:
        body = [child(100 + n, big, began_s=2 + n) for n in range(number)]
        path.write_bytes(MAGIC + ROOT + b"".join(map(folded, body)))
        tracemalloc.start()
        try:
            analyse(processes(path))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(1)  # what is imported and compiled once
    assert peak_of(16) - peak_of(2) < 14 * one / 2


def test_late_children_are_whatever_lies_there(path: Path) -> None:
    """Files that are cut, of others, or no captures at all."""
    path.write_bytes(MAGIC + ROOT)
    made = beside(path, child(70, leaky()))
    data = made.read_bytes()
    for end in range(0, len(data), 97):
        made.write_bytes(data[:end])
        assert read_tree(path).root == read(path)
        assert len(read_tree(path).processes) <= 1
    made.unlink()
    assert read_tree(path).processes == ()
    assert steady().run.pid == 41
