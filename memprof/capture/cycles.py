"""Assembles the facts about cyclic garbage: `cycles` and `garbage` records."""

from memprof.capture.allocations import Sites, site_id
from memprof.capture.fields import Record, highest, ids
from memprof.capture.objects import Types
from memprof.model.cycles import CyclePass, Cycles

_Rows = tuple[tuple[int, int | None, int], ...]


class CyclesReader:
    """Collects passes and what stays in gc.garbage, snapshot by snapshot."""

    def __init__(self, types: Types, sites: Sites) -> None:
        """Start with no snapshots, over the tables of *types* and *sites*."""
        self._types = types
        self._sites = sites
        self._pending: list[tuple[int | None, int, _Rows]] = []
        self._pending_garbage: dict[int, int] | None = None
        self._passes: list[CyclePass] = []
        self._garbage: dict[int, int] = {}

    def take(self, record: Record) -> None:
        """Add a `cycles` record to the snapshot that is being read."""
        at_ns = record.optional_integer("at_ns")
        objects, (types, sites, counts) = record.integer("objects"), record.columns("rows", 3)
        rows = zip(ids(types), map(site_id, sites), ids(counts), strict=True)
        self._types.ids.reach(highest(types))
        self._sites.ids.reach(highest(sites))
        self._pending.append((at_ns, objects, tuple(rows)))

    def take_garbage(self, record: Record) -> None:
        """Add a `garbage` record to the snapshot that is being read."""
        types, counts = record.counts()
        self._types.ids.reach(highest(types))
        self._pending_garbage = dict(zip(types, counts, strict=True))

    def close(self, at_ns: int) -> None:
        """End the snapshot, taken at *at_ns*; so were passes that do not say when."""
        self._passes.extend(
            CyclePass(at_ns if seen_ns is None else seen_ns, objects, rows)
            for seen_ns, objects, rows in self._pending
        )
        if self._pending_garbage is not None:
            self._garbage = self._pending_garbage
        self._pending = []
        self._pending_garbage = None

    def facts(self) -> Cycles:
        """Return what was collected."""
        return Cycles(tuple(self._passes), self._garbage)
