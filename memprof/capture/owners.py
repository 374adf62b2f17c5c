"""Assembles the facts about owners: the `owners` record."""

from memprof.capture.allocations import Sites
from memprof.capture.fields import (
    DamagedRecord,
    Record,
    flag,
    highest,
    integer,
    integers,
    items,
    pairs,
)
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.model.owners import Owned, OwnedSite, Owners

_FIELDS = 6


class OwnersReader:
    """Keeps the last `owners` record, and the last of those that were written midway."""

    def __init__(self, types: Types, sites: Sites, strings: Strings) -> None:
        """Start with none, over the tables of the capture."""
        self._types = types
        self._sites = sites
        self._strings = strings
        self._found: Owners | None = None
        self._midway: Owners | None = None

    def take(self, record: Record) -> None:
        """Take the record."""
        complete = record.flag("complete")
        types = dict(self._owned(items(row), _FIELDS) for row in record.items("types"))
        sites = dict(self._site(items(row)) for row in record.items("sites"))
        inside = [type_id for site in sites.values() for type_id, _ in site.types]
        self._types.ids.reach(max(highest(types), highest(inside)))
        self._sites.ids.reach(highest(sites))
        found = Owners(complete, types, sites)
        if flag(record.fields.get("midway", False)):
            self._midway = found
        else:
            self._found = found

    def facts(self) -> Owners | None:
        """Return what was found at the end, None where nothing was said."""
        return self._found

    def midway(self) -> Owners | None:
        """Return what was found last while the program ran, None where nothing was said."""
        return self._midway

    def _owned(self, row: list[object], length: int) -> tuple[int, Owned]:
        """Return the id one row of *length* fields speaks of, and what it says."""
        if len(row) != length:
            raise DamagedRecord
        total, from_c, garbage, room = integers([*row[1:4], row[5]])
        owners = tuple((self._strings[words], held) for words, held in pairs(items(row[4])))
        return integer(row[0]), Owned(total, from_c, garbage, owners, room)

    def _site(self, row: list[object]) -> tuple[int, OwnedSite]:
        """Return the site one row speaks of, and what it says."""
        site_id, owned = self._owned(row, _FIELDS + 1)
        types = tuple(pairs(items(row[_FIELDS])))
        return site_id, OwnedSite(owned, types)
