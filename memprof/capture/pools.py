"""Assembles the facts about pymalloc's pools."""

from memprof.capture.fields import DamagedRecord, Record, integers
from memprof.model.pools import Pools, SizeClass

_WIDTH = 4


class PoolsReader:
    """Collects pymalloc's state, snapshot by snapshot."""

    def __init__(self) -> None:
        """Start with no snapshots."""
        self._pending: Pools | None = None
        self._closed: list[Pools | None] = []

    def take(self, record: Record) -> None:
        """Add a `pools` record to the snapshot that is being read."""
        self._pending = Pools(
            size_classes=tuple(_size_class(row) for row in record.items("size_classes")),
            arenas=record.integer("arenas"),
            arenas_highest=record.integer("arenas_highest"),
            arena_bytes=record.integer("arena_bytes"),
            used_bytes=record.integer("used_bytes"),
            idle_bytes=record.integer("idle_bytes"),
        )

    def close(self) -> None:
        """End the snapshot."""
        self._closed.append(self._pending)
        self._pending = None

    def facts(self) -> tuple[Pools | None, ...]:
        """Return one value for each closed snapshot, None where it did not look."""
        return tuple(self._closed)


def _size_class(row: object) -> SizeClass:
    """Return the size class in one row."""
    numbers = integers(row)
    if len(numbers) != _WIDTH:
        raise DamagedRecord
    return SizeClass(*numbers)
