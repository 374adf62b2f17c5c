"""Assembles the facts about cyclic debt: the `debt` record."""

from memprof.capture.allocations import Sites, site_id
from memprof.capture.fields import (
    NO_ID,
    DamagedRecord,
    Record,
    highest,
    integer,
    integers,
    items,
    pairs,
)
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.model.debt import Debt, DebtType


class DebtReader:
    """Keeps the last `debt` record; the agent writes one."""

    def __init__(self, types: Types, sites: Sites, strings: Strings) -> None:
        """Start with none, over the tables of the capture."""
        self._types = types
        self._sites = sites
        self._strings = strings
        self._found: Debt | None = None

    def take(self, record: Record) -> None:
        """Take the record."""
        islands = integer(record.fields.get("islands"), NO_ID)
        counts = dict(pairs(record.items("types")))
        found = tuple(self._row(items(row)) for row in record.items("rows"))
        used = [site for row in found for site, _ in row.sites if site is not None]
        self._types.ids.reach(max(highest(counts), highest(row.type_id for row in found)))
        self._sites.ids.reach(highest(used))
        self._found = Debt(None if islands == NO_ID else islands, counts, found)

    def facts(self) -> Debt | None:
        """Return what was found, None where nothing was said."""
        return self._found

    def _row(self, row: list[object]) -> DebtType:
        """Return one type."""
        if len(row) != 4:
            raise DamagedRecord
        type_id, objects, cycle = integers(row[:3])
        found = pairs(items(row[3]), NO_ID)
        sites = tuple((site_id(site), samples) for site, samples in found)
        return DebtType(type_id, objects, self._strings[cycle], sites)
