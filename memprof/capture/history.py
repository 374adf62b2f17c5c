"""Assembles what the engine kept of each site: `peak`, `traffic`, `collected`, `births`."""

from memprof.agent.wire import EPOCHS
from memprof.capture.allocations import Sites
from memprof.capture.changes import checked_change, read_change
from memprof.capture.fields import DamagedRecord, Record
from memprof.model.allocations import Change
from memprof.model.history import Births, History


class HistoryReader:
    """Collects closer looks at the sites, snapshot by snapshot."""

    def __init__(self, sites: Sites) -> None:
        """Start with no snapshots, over the table of *sites*."""
        self._ids = sites.ids
        self._at_ns: int | None = None
        self._figures: dict[str, list[Change]] = {}
        self._births: Births | None = None
        self._closed: list[History | None] = []

    def take(self, record: Record) -> None:
        """Add a record of bytes and blocks to the snapshot that is being read."""
        at_ns = record.integer("at_ns")
        change = read_change(record, self._ids, ("bytes", "blocks"))
        self._look(at_ns)
        self._figures.setdefault(record.kind, []).append(change)

    def take_births(self, record: Record) -> None:
        """Add a `births` record; those of one look speak of the same epochs."""
        at_ns, starts = record.integer("at_ns"), tuple(record.integers("starts"))
        blocks, width = record.column("blocks"), len(starts)
        if not 0 < width <= EPOCHS or sorted(starts) != list(starts) or len(blocks) % width:
            raise DamagedRecord
        before = self._births if at_ns == self._at_ns else None
        if before is not None and before.starts_ns != starts:
            raise DamagedRecord
        columns = tuple(blocks[place::width] for place in range(width))
        change = checked_change(record, self._ids, columns)
        self._look(at_ns)
        self._births = Births(starts, (*(before.changes if before else ()), change))

    def close(self) -> None:
        """End the snapshot."""
        kinds = ("peak", "traffic", "collected", "error")
        peak, traffic, collected, error = map(self._figure, kinds)
        found = History(peak, traffic, collected, self._births, error)
        self._closed.append(found if self._figures or self._births else None)
        self._figures, self._births, self._at_ns = {}, None, None

    def facts(self) -> tuple[History | None, ...]:
        """Return one value for each closed snapshot, None where it did not look."""
        return tuple(self._closed)

    def _look(self, at_ns: int) -> None:
        """
        Begin another look, unless it is the one that is being read.

        Two come together where the snapshot between them was damaged; the
        later one is the whole of it.
        """
        if at_ns != self._at_ns:
            self._figures, self._births, self._at_ns = {}, None, at_ns

    def _figure(self, kind: str) -> tuple[Change, ...] | None:
        """Return the records of one *kind*, None where there were none."""
        changes = self._figures.get(kind)
        return None if changes is None else tuple(changes)
