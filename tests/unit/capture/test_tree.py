"""The tree: every process of a run once, wherever its records lie."""

from pathlib import Path

import pytest
from support.captures import example_facts
from support.facts import facts
from support.trees import beside, child, folded, key, lines, steady, told, unfollowed, write

from memprof.agent.wire import MAGIC, seal
from memprof.capture.reader import read
from memprof.capture.tree import processes, read_tree
from memprof.errors import CaptureEmpty, CaptureNotFound
from memprof.model.tree import Counted, Process


def pids(path: Path) -> list[int]:
    """Return the pids of the children that *path* tells of, in order."""
    return [one.pid for one in read_tree(path).processes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the capture is."""
    return tmp_path / "app.memprof"


def test_a_run_without_children_is_its_root(path: Path) -> None:
    tree = read_tree(write(path, example_facts()))
    assert (tree.root, tree.processes, tree.more) == (read(path), (), ())


def test_every_process_has_its_own_facts(path: Path) -> None:
    root, first, second = facts([[1_000] * 3]), facts([[7_000] * 5]), facts([[9_000] * 2])
    tree = read_tree(write(path, root, child(50, first), child(51, second)))
    assert tree.root.allocations == root.allocations
    found = [one.facts for one in tree.processes]
    assert [one.allocations for one in found if one] == [first.allocations, second.allocations]
    assert [one.run.pid for one in found if one] == [50, 51]


def test_the_root_alone_is_as_if_it_had_no_children(path: Path) -> None:
    alone = read(write(path, example_facts()))
    data = path.read_bytes()
    path.write_bytes(data + folded(child(50)) + folded(child(51, example_facts())))
    assert read(path) == alone


def test_children_that_came_late_are_picked_up(path: Path) -> None:
    write(path, steady(), child(50))
    beside(path, child(51, began_s=3))
    beside(path, unfollowed(52))
    assert pids(path) == [50, 52, 51]


def test_children_of_another_run_are_not_ours(path: Path) -> None:
    write(path, steady())
    beside(path, child(51, run="f" * 16))
    beside(path, child(52, run=""))
    beside(path, child(53)).write_bytes(b"no capture")
    assert pids(path) == []


def test_a_file_must_be_of_whom_its_name_says(path: Path) -> None:
    write(path, steady())
    found = beside(path, child(51))
    found.rename(found.with_name("52.7.memprof"))
    assert pids(path) == []


def test_a_root_without_a_token_has_no_late_children(path: Path) -> None:
    rows = told(steady())
    del rows[0][1]["run"]
    path.write_bytes(MAGIC + lines(rows))
    beside(path, child(51, run=""))
    assert pids(path) == []


def test_a_child_is_told_of_once(path: Path) -> None:
    """Its file stays where the launcher was killed between folding it and taking it away."""
    rows = child(50)
    write(path, steady(), rows, rows)
    beside(path, rows)
    assert pids(path) == [50]


def test_a_child_that_is_only_begun_is_read_where_it_is_whole(path: Path) -> None:
    given = facts([[7_000] * 5])
    rows = child(50, given)
    write(path, steady())
    cut = folded(rows, whole=False)
    path.write_bytes(path.read_bytes() + cut[: len(cut) // 2])
    beside(path, rows)
    (found,) = read_tree(path).processes
    assert found.facts is not None
    assert found.facts.allocations == given.allocations
    beside(path, rows).unlink()
    (found,) = read_tree(path).processes
    assert found.facts is None or len(found.facts.snapshots) < 5


def test_a_pid_may_come_again(path: Path) -> None:
    """After an exec, and where the system gives the number to another."""
    assert pids(write(path, steady(), child(50), child(50, began_s=8, role="exec"))) == [50, 50]


def test_those_that_were_only_counted_come_along(path: Path) -> None:
    write(path, steady(), child(50))
    path.write_bytes(path.read_bytes() + seal("processes", {"count": 700, "ended0": 699}))
    assert read_tree(path).more == (Counted(700, 699, 0, None, None),)


def test_a_fold_of_which_nothing_can_be_read_is_a_process(path: Path) -> None:
    write(path, steady())
    mark = {"pid": 60, "clock_ns": 9}
    path.write_bytes(
        path.read_bytes() + seal("process", {**mark, "bytes": 5}) + b"torn\n" + seal("folded", mark)
    )
    (found,) = read_tree(path).processes
    assert (found.pid, found.ppid, found.facts) == (60, None, None)
    assert read(path).run.damaged_records == 0


def test_they_come_one_after_the_other(path: Path) -> None:
    """Who reads them one by one has a child before the next is read."""
    write(path, steady(), child(50), child(51))
    found = processes(path)
    first = next(found)
    assert isinstance(first, Process)
    assert first.pid == 50
    assert [one.pid for one in found if isinstance(one, Process)] == [51, 41]


def test_what_is_wrong_with_the_root_is_said(path: Path) -> None:
    with pytest.raises(CaptureNotFound):
        read_tree(path)
    path.write_bytes(MAGIC + folded(child(50)))
    with pytest.raises(CaptureEmpty):
        read_tree(path)


def test_the_key_of_a_child_is_in_its_mark() -> None:
    rows = child(50)
    assert key(rows) == (50, rows[0][1]["clock_ns"])
