"""Assembles which stacks threads were seen in: `running` records."""

from memprof.capture.allocations import Sites
from memprof.capture.fields import Record, highest, ids


class RunningReader:
    """Collects ticks by stack, snapshot by snapshot."""

    def __init__(self, sites: Sites) -> None:
        """Start with no snapshots, over the table of *sites*."""
        self._sites = sites
        self._pending: dict[int, int] = {}
        self._closed: list[dict[int, int]] = []

    def take(self, record: Record) -> None:
        """Add a record to the snapshot that is being read."""
        sites, ticks = map(ids, record.columns("rows", 2))
        self._sites.ids.reach(highest(sites))
        for site, count in zip(sites, ticks, strict=True):
            self._pending[site] = self._pending.get(site, 0) + count

    def close(self) -> None:
        """End the snapshot."""
        self._closed.append(self._pending)
        self._pending = {}

    def facts(self) -> tuple[dict[int, int], ...]:
        """Return what was collected, by snapshot."""
        return tuple(self._closed)
