"""Changes of a numbered series of counters: allocation sites, types."""

from itertools import islice
from operator import add, le
from typing import TYPE_CHECKING

from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.names import Ids
from memprof.model.allocations import Change

if TYPE_CHECKING:
    from array import array


def checked_runs(record: Record, length: int) -> tuple[int, ...]:
    """
    Return the field `runs`: (first id, count, ...), ascending, apart.

    The counts must sum to *length*, the length of the record's columns, so
    whoever expands them makes no more rows than the file has.
    """
    runs = record.integers("runs")
    firsts, counts = runs[::2], runs[1::2]
    if len(firsts) != len(counts) or sum(counts) != length or 0 in counts:
        raise DamagedRecord
    ends = map(add, firsts, counts)
    if not all(map(le, ends, islice(firsts, 1, None))):
        raise DamagedRecord
    return tuple(runs)


def read_change(record: Record, ids: Ids, names: tuple[str, ...]) -> Change:
    """Return the change in *record*: its columns *names*, of the table of *ids*."""
    columns = tuple(record.column(name) for name in names)
    length = len(columns[0])
    if any(len(column) != length for column in columns):
        raise DamagedRecord
    return checked_change(record, ids, columns)


def checked_change(record: Record, ids: Ids, columns: "tuple[array[int], ...]") -> Change:
    """Return the change of the ids *record* names; *columns* are of one length."""
    runs = checked_runs(record, len(columns[0]))
    if runs:
        ids.reach(runs[-2] + runs[-1] - 1)
    return Change(runs, columns)


class Changes:
    """
    Collects the changes of one series, snapshot by snapshot.

    A snapshot with many rows has several records; they stay apart, in order,
    and where two name the same id the later one holds.
    """

    def __init__(self, ids: Ids, columns: tuple[str, ...]) -> None:
        """Collect *columns*, the names of the fields, for the table of *ids*."""
        self._ids = ids
        self._names = columns
        self._pending: list[Change] = []
        self._closed: list[tuple[Change, ...]] = []

    def take(self, record: Record) -> None:
        """Add a record to the snapshot that is being read."""
        change = read_change(record, self._ids, self._names)
        if change.runs:
            self._pending.append(change)

    def close(self) -> None:
        """End the snapshot."""
        self._closed.append(tuple(self._pending))
        self._pending.clear()

    def facts(self) -> tuple[tuple[Change, ...], ...]:
        """Return the changes of each closed snapshot."""
        return tuple(self._closed)
