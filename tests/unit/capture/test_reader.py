"""The reader: a whole file to facts."""

from pathlib import Path

import pytest
from support.captures import Row, build_capture, capture_bytes, capture_rows, example_facts

from memprof.agent.wire import MAGIC
from memprof.capture.reader import read
from memprof.errors import CaptureEmpty

ROWS = capture_rows(example_facts())


def write(path: Path, rows: list[Row]) -> Path:
    """Write *rows* to *path* and return it."""
    path.write_bytes(capture_bytes(rows))
    return path


def test_a_capture_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every fact of a capture comes out of it."""
    path = tmp_path / "app.memprof"
    assert build_capture(path) == read(path)


def test_progress_is_told(tmp_path: Path) -> None:
    """Progress ends at the size of the file."""
    path = write(tmp_path / "a", ROWS)
    told: list[tuple[int, int]] = []
    read(path, lambda *now: told.append(now))
    assert told == [(path.stat().st_size, path.stat().st_size)]


def test_without_a_snapshot_a_capture_is_empty(tmp_path: Path) -> None:
    """A capture that ends before a snapshot has nothing to show."""
    at = next(at for at, (kind, _) in enumerate(ROWS) if kind == "snapshot")
    with pytest.raises(CaptureEmpty, match="ends before the first snapshot"):
        read(write(tmp_path / "a", ROWS[:at]))
    with pytest.raises(CaptureEmpty, match="ends before the agent reported"):
        read(write(tmp_path / "b", ROWS[1:]))
    (tmp_path / "c").write_bytes(MAGIC)
    with pytest.raises(CaptureEmpty):
        read(tmp_path / "c")


def test_what_no_snapshot_closed_does_not_count(tmp_path: Path) -> None:
    """Records behind the last snapshot belong to one that was never taken."""
    behind: list[Row] = [
        ("live", {"runs": [0, 1], "bytes": [9], "blocks": [9]}),
        ("untracked", {"types": [0], "counts": [1]}),
        ("garbage", {"types": [0], "counts": [99]}),
    ]
    path = write(tmp_path / "a", ROWS + behind)
    assert read(path) == example_facts(str(path))


def test_an_unknown_kind_is_passed_over(tmp_path: Path) -> None:
    """A later memprof may add records that this one does not know."""
    path = write(tmp_path / "a", [*ROWS[:3], ("weather", {"rain": True}), *ROWS[3:]])
    assert read(path) == example_facts(str(path))


def test_a_damaged_record_does_not_take_its_snapshot_along(tmp_path: Path) -> None:
    """The snapshot of a record that cannot be used is kept, and the damage counted."""
    at = next(at for at, (kind, _) in enumerate(ROWS) if kind == "live")
    rows = [*ROWS[:at], ("live", {"runs": "all"}), *ROWS[at + 1 :]]
    facts = read(write(tmp_path / "a", rows))
    assert facts.run.damaged_records == 1
    assert len(facts.snapshots) == 5
    assert facts.allocations.changes[0] == ()
