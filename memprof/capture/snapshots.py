"""Assembles the facts of one moment: `snapshot` records, which close a group."""

from memprof.capture.fields import DamagedRecord, Record
from memprof.model.snapshots import Snapshot


class SnapshotsReader:
    """Collects snapshots in the order they were taken."""

    def __init__(self) -> None:
        """Start with no snapshots."""
        self._snapshots: list[Snapshot] = []

    def take(self, record: Record) -> Snapshot:
        """
        Add a `snapshot` record and return it.

        Its `number` counts those the agent took; ours counts those that were
        read.  Time runs forward: a record that says otherwise is damaged.
        """
        record.integer("number")
        snapshot = Snapshot(
            number=len(self._snapshots),
            at_ns=record.integer("at_ns"),
            name=record.optional_text("name"),
            reason=record.text("reason"),
            cost_ns=record.integer("cost_ns"),
            cpu_ns=record.optional_integer("cpu_ns"),
            live_bytes=record.optional_integer("live_bytes"),
            live_blocks=record.optional_integer("live_blocks"),
            peak_bytes=record.optional_integer("peak_bytes"),
            own_bytes=record.integer("own_bytes"),
            tracing_bytes=record.integer("tracing_bytes"),
            allocated_blocks=record.optional_integer("allocated_blocks"),
            native_used_bytes=record.optional_integer("native_used_bytes"),
            native_held_bytes=record.optional_integer("native_held_bytes"),
            native_python_bytes=record.optional_integer("native_python_bytes"),
            rss_bytes=record.optional_integer("rss_bytes"),
            rss_peak_bytes=record.optional_integer("rss_peak_bytes"),
            file_bytes=record.optional_integer("file_bytes"),
            threads=record.optional_integer("threads"),
        )
        if self._snapshots and snapshot.at_ns < self._snapshots[-1].at_ns:
            raise DamagedRecord
        self._snapshots.append(snapshot)
        return snapshot

    def facts(self) -> tuple[Snapshot, ...]:
        """Return what was collected."""
        return tuple(self._snapshots)
