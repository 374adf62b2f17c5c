"""Snapshots: numbered as read, in order of time."""

from typing import Any

import pytest
from support.captures import capture_rows, example_facts, record

from memprof.capture.fields import DamagedRecord
from memprof.capture.snapshots import SnapshotsReader

FIELDS = next(fields for kind, fields in capture_rows(example_facts()) if kind == "snapshot")


def take(reader: SnapshotsReader, **changes: Any) -> None:  # noqa: ANN401 - any JSON
    """Let *reader* take a `snapshot` record with *changes*."""
    reader.take(record("snapshot", **{**FIELDS, **changes}))


def test_snapshots_are_numbered_as_they_are_read() -> None:
    """A snapshot that was lost leaves no gap in the numbers."""
    reader = SnapshotsReader()
    take(reader, number=4, at_ns=10)
    take(reader, number=9, at_ns=10, threads=None)
    assert [one.number for one in reader.facts()] == [0, 1]
    assert [one.threads for one in reader.facts()] == [1, None]


def test_time_does_not_run_backwards() -> None:
    """A snapshot before the last one is damaged."""
    reader = SnapshotsReader()
    take(reader, at_ns=10)
    with pytest.raises(DamagedRecord):
        take(reader, at_ns=9)
    assert len(reader.facts()) == 1


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in {"name", "reason"}])
def test_totals_are_counts(name: str) -> None:
    """No total is negative."""
    with pytest.raises(DamagedRecord):
        take(SnapshotsReader(), **{name: -1})
