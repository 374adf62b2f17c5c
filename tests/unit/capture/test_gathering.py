"""What children left is appended, counted, or left where it lies; nothing is lost or told twice."""

import os
from pathlib import Path
from typing import Any

import pytest
from support.captures import CLOCK_NS, Row
from support.facts import facts
from support.trees import TOKEN, beside, child, lines, told, unfollowed, write

from memprof.agent.wire import MAGIC
from memprof.capture import gathering
from memprof.capture.children import is_open
from memprof.capture.gathering import Gathering, empty
from memprof.capture.outside import Outside
from memprof.capture.tree import read_tree

NOBODY = 4_194_304
"""One above the highest process id there can be."""


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """Return the capture of a root without children."""
    return write(tmp_path / "a.memprof", facts([[1_000] * 4]))


def brief(pid: int, *, code: int | None = 0, live_bytes: int | None = 5) -> list[Row]:
    """Return the records of a child that was soon over."""
    clock_ns = CLOCK_NS + pid
    rows = dict(told(facts([[1_000]]), clock_ns, role="fork", brief=True))
    snapshot = {**rows["snapshot"], "live_bytes": live_bytes, "rss_peak_bytes": 100 + pid}
    footer = {"at_ns": 7, "reason": "_exit", "code": code, "overhead_ns": 0, "lost": 0}
    hello = {**rows["hello"], "pid": pid}
    return [("hello", hello), ("snapshot", snapshot), ("footer", footer)]


def beside_briefly(path: Path, rows: list[Row]) -> Path:
    """Write the capture of a child that was soon over beside that at *path*."""
    found = beside(path, rows)
    return found.rename(
        str(found).replace(".memprof", ".brief.memprof").replace("a.brief.memprof", "a.memprof", 1)
    )


def fold(path: Path, token: str = TOKEN) -> None:
    """Fold what lies beside *path* as the launcher does at the end."""
    outside = Outside(path, token)
    outside.fold()
    outside.close()


def pids(path: Path) -> list[int]:
    """Return the children that the capture at *path* tells of, one by one."""
    return sorted(one.pid for one in read_tree(path).processes)


def test_what_has_ended_is_appended_and_taken_away(path: Path) -> None:
    before = path.read_bytes()
    rows = [child(NOBODY + 1), child(NOBODY + 2, began_s=3.0), unfollowed(NOBODY + 3)]
    for one in rows:
        beside(path, one)
    alone = read_tree(path).processes
    fold(path)
    assert not Path(f"{path}.children").exists()
    after = path.read_bytes()
    assert after.startswith(before)
    assert lines(rows[0]) in after
    folded = read_tree(path).processes
    assert [one.pid for one in folded] == [one.pid for one in alone]
    assert [one.role for one in folded] == [one.role for one in alone]


def test_without_children_nothing_happens(path: Path) -> None:
    before = path.read_bytes()
    fold(path)
    assert path.read_bytes() == before


def test_a_torn_child_is_appended_all_the_same(path: Path) -> None:
    found = beside(path, child(NOBODY + 1))
    found.write_bytes(found.read_bytes()[:-30])
    fold(path)
    (one,) = read_tree(path).processes
    assert one.facts is not None
    assert not one.facts.run.complete
    assert not found.exists()


def test_who_may_yet_write_is_left_where_it_is(path: Path) -> None:
    rows = [row for row in child(os.getpid()) if row[0] != "footer"]
    found = beside(path, rows)
    with found.open("ab"):
        assert is_open(str(found), os.getpid())
        fold(path)
        assert found.exists()
    # Its pid is somebody's, who does not have the file.
    fold(path)
    assert not found.exists()
    assert pids(path) == [os.getpid()]


def test_children_of_another_run_are_none_of_ours(path: Path) -> None:
    rows = [(kind, fields | {"run": "f" * 16}) for kind, fields in child(NOBODY + 1)]
    others = [beside(path, rows), beside_briefly(path, [("hello", rows[0][1] | {"pid": 3})])]
    fold(path)
    assert all(one.exists() for one in others)
    assert pids(path) == []


def test_what_is_no_capture_is_left_alone(path: Path, tmp_path: Path) -> None:
    """Names that are not ours, links, and files of something else."""
    folder = Path(f"{path}.children")
    folder.mkdir(mode=0o700)
    (tmp_path / "precious").write_bytes(MAGIC + lines(child(NOBODY + 1)))
    (folder / "1.1.memprof").symlink_to(tmp_path / "precious")
    (folder / "2.2.memprof").write_bytes(b"x" * 100)
    (folder / "notes").write_bytes(b"")
    os.mkfifo(folder / "3.3.memprof")
    fold(path)
    assert len(list(folder.iterdir())) == 4
    assert (tmp_path / "precious").exists()


def test_a_child_that_had_no_time_to_say_anything_goes(path: Path) -> None:
    folder = Path(f"{path}.children")
    folder.mkdir(mode=0o700)
    (folder / f"{NOBODY + 1}.1.memprof").write_bytes(MAGIC)
    fold(path)
    assert not folder.exists()


def test_too_many_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_BRIEF", 2)
    for number in range(1, 6):
        code, live_bytes = number % 2, None if number == 5 else number
        beside_briefly(path, brief(NOBODY + number, code=code, live_bytes=live_bytes))
    beside(path, child(NOBODY + 9))
    fold(path)
    tree = read_tree(path)
    assert pids(path) == [NOBODY + 1, NOBODY + 2, NOBODY + 9]
    (more,) = tree.more
    assert (more.count, more.ended_0, more.unfollowed) == (3, 1, 0)
    assert (more.live_bytes, more.rss_peak_bytes) == (3 + 4, 100 + NOBODY + 5)
    assert not Path(f"{path}.children").exists()


def test_a_sweep_keeps_the_first_and_counts_the_rest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the root runs nothing is appended but their number, now and then."""
    monkeypatch.setattr(gathering, "MOST_BRIEF", 2)
    monkeypatch.setattr(gathering, "_COUNTED", 3)
    outside = Outside(path, TOKEN)
    outside.gather()
    found = [beside_briefly(path, brief(NOBODY + number)) for number in range(1, 6)]
    whole = beside(path, child(NOBODY + 9))
    outside.gather()
    assert [one.exists() for one in found] == [True, True, False, False, False]
    assert whole.exists()
    assert [one.count for one in read_tree(path).more] == [3]
    outside.close()


def test_a_full_disk_leaves_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = beside(path, child(NOBODY + 1))
    before, real = path.read_bytes(), os.write

    def half(descriptor: int, data: bytes) -> int:
        return real(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    fold(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert found.exists()
    assert pids(path) == [NOBODY + 1]


def test_large_captures_go_in_pieces(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_PIECE_BYTES", 100)
    rows = child(NOBODY + 1)
    beside(path, rows)
    fold(path)
    assert lines(rows) in path.read_bytes()
    assert pids(path) == [NOBODY + 1]


def test_there_is_an_end_to_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long is read where it lies."""
    monkeypatch.setattr(gathering, "_FOLD_S", -1.0)
    found = [beside(path, child(NOBODY + number)) for number in (1, 2)]
    fold(path)
    assert [one.exists() for one in found] == [False, True]
    assert pids(path) == [NOBODY + 1, NOBODY + 2]


def test_a_directory_of_somebody_elses_is_not_touched(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = beside(path, child(NOBODY + 1))
    real = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: real + 1)
    fold(path)
    empty(str(path))
    assert found.exists()


def test_what_is_replaced_is_emptied(path: Path) -> None:
    beside(path, child(NOBODY + 1))
    other = Path(f"{path}.children/notes")
    other.touch()
    empty(str(path))
    assert list(other.parent.iterdir()) == [other]
    other.unlink()
    empty(str(path))
    assert not other.parent.exists()


def test_a_writer_that_fails_leaves_the_number_for_later(path: Path) -> None:
    said: list[Any] = []

    def write_(pieces: Any) -> bool:  # noqa: ANN401
        said.extend(pieces)
        return len(said) > 1

    beside_briefly(path, brief(NOBODY + 1))
    gathering_ = Gathering(str(path), TOKEN, write_)
    gathering_.fold()
    assert Path(f"{path}.children").exists()
