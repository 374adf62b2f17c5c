"""
Folds: the records of children that the launcher folded into the root's capture.

A `process` record begins those of a child, `folded` ends them.  Where the first was
lost, the child's own first record gives it away: a process says it once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.records import Records

_FIRST = frozenset({"hello", "unfollowed"})

Key = tuple[int, int]
"""What tells a process from every other: its pid, and the clock when its agent began."""


@dataclass(slots=True, eq=False)
class Fold:
    """
    The records of one process: of the child `key`, None for the root or where that was lost.

    `size_bytes` is how much there is, as far as anybody said.  `damaged_lines` and
    `whole`, whether its end was there, are known once they are read.
    """

    key: Key | None
    size_bytes: int
    damaged_lines: int = 0
    whole: bool = False


class Folds:
    """The records of a capture, each with the fold it is of; iterate once."""

    def __init__(self, records: Records) -> None:
        """Take the *records*, of which none was read."""
        self._records = records
        self.root = Fold(None, records.total_bytes)

    def __iter__(self) -> Iterator[tuple[Fold, Record]]:
        """Yield each record; the marks go with the child they begin or end."""
        fold, greeted, damaged = self.root, False, 0
        for record in self._records:
            fold.damaged_lines += self._records.damaged - damaged
            damaged = self._records.damaged
            if record.kind == "process":
                fold = _fold(record)
            elif record.kind in _FIRST and fold is self.root:
                fold, greeted = Fold(None, 0) if greeted else fold, True
            elif record.kind == "folded" and fold is not self.root:
                fold.whole = fold.key is not None and fold.key == _key(record)
                yield fold, record
                fold = self.root
                continue
            yield fold, record
        fold.damaged_lines += self._records.damaged - damaged


def _fold(record: Record) -> Fold:
    """Return the fold that a `process` record begins."""
    try:
        return Fold(_key(record), record.integer("bytes"))
    except DamagedRecord:
        return Fold(_key(record), 0)


def _key(record: Record) -> Key | None:
    """Return the key in *record*, None where it is none."""
    try:
        return record.integer("pid"), record.integer("clock_ns")
    except DamagedRecord:
        return None
