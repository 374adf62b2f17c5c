"""Assembles the facts about live objects: types, census, untracked, shallow."""

from array import array

from memprof.capture.changes import Changes
from memprof.capture.fields import NO_ID, Record, highest, ids
from memprof.capture.names import LOST, Ids, Strings
from memprof.model.objects import Objects, Type

LOST_TYPE = Type(LOST, LOST)


class Types:
    """Names of types by number, held as columns until the end."""

    def __init__(self, strings: Strings, file_bytes: int) -> None:
        """Start with no types; names come from *strings*."""
        self.ids = Ids(file_bytes)
        self._strings = strings
        self._modules = array("q")
        self._qualnames = array("q")

    def take(self, record: Record) -> None:
        """Add the rows of a `types` record."""
        first, (modules, qualnames) = record.integer("first"), record.columns("rows", 2)
        gap = self.ids.declare(first, len(ids(modules)))
        nothing = array("q", [NO_ID])
        self._modules.extend(nothing * gap)
        self._qualnames.extend(nothing * gap)
        self._modules.extend(modules)
        self._qualnames.extend(qualnames)

    def facts(self) -> tuple[Type, ...]:
        """Return the types by number."""
        columns = zip(self._modules, self._qualnames, strict=True)
        lost = [LOST_TYPE] * (len(self.ids) - len(self._modules))
        return (*(self._type(module, qualname) for module, qualname in columns), *lost)

    def _type(self, module: int, qualname: int) -> Type:
        """Return one type."""
        if module == NO_ID:
            return LOST_TYPE
        return Type(self._strings[module], self._strings[qualname])


class ObjectsReader:
    """Collects live objects by type, snapshot by snapshot."""

    def __init__(self, types: Types) -> None:
        """Start with no snapshots, over the table of *types*."""
        self._types = types
        self._census = Changes(types.ids, ("counts",))
        self.take_census = self._census.take
        self._untracked: dict[int, int] | None = None
        self._shallow: dict[int, int] = {}
        self._closed: list[dict[int, int] | None] = []

    def take_untracked(self, record: Record) -> None:
        """Add the objects the collector does not track."""
        self._untracked = self._by_type(record, "counts")

    def take_shallow(self, record: Record) -> None:
        """Take the shallow sizes; said once, after the last snapshot."""
        self._shallow = self._by_type(record, "bytes")

    def close(self) -> None:
        """End the snapshot."""
        self._census.close()
        self._closed.append(self._untracked)
        self._untracked = None

    def facts(self) -> Objects:
        """Return what was collected."""
        changes, untracked = self._census.facts(), tuple(self._closed)
        return Objects(self._types.facts(), changes, untracked, self._shallow)

    def _by_type(self, record: Record, name: str) -> dict[int, int]:
        """Return the column *name* by type id."""
        types, values = record.paired("types", name)
        self._types.ids.reach(highest(types))
        return dict(zip(types, values, strict=True))
