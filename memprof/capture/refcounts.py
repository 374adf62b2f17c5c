"""Assembles the facts about reference counts: `refcounts`, `explained`, `holders`, `lost`."""

from dataclasses import dataclass, field

from memprof.capture.allocations import Sites, site_id
from memprof.capture.fields import (
    DamagedRecord,
    Record,
    highest,
    ids,
    integer,
    integers,
    items,
    optional_integer,
)
from memprof.capture.names import Strings
from memprof.capture.objects import Types
from memprof.model.refcounts import LostReferences, RefCounts, SampledObject

MAX_SAMPLES = 1 << 14
"""Objects watched in one capture; the agent samples some hundreds."""

_EXPLAINED, _LOST = 4, 5

MAX_LOST = 256
"""Objects with lost references in one capture."""


@dataclass(slots=True)
class _Sample:
    """A sampled object as far as it was read; counts by snapshot."""

    type_id: int
    site: int
    references: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Explained:
    """How much of a sampled object's last count is explained, and by what."""

    references: int
    explained: int | None
    referrer_types: tuple[int, ...]


class RefCountsReader:
    """Collects reference counts of classes and sampled objects."""

    def __init__(self, types: Types, sites: Sites, strings: Strings) -> None:
        """Start with no snapshots, over the tables of the capture."""
        self._types = types
        self._sites = sites
        self._strings = strings
        self._classes: dict[int, int] | None = None
        self._seen: list[tuple[int, int, int, int]] = []
        self._explained: dict[int, _Explained] = {}
        self._holders: dict[int, int] = {}
        self._lost: list[tuple[int, int, int, int, list[int]]] = []
        self._closed: list[dict[int, int] | None] = []
        self._samples: dict[int, _Sample] = {}

    def take(self, record: Record) -> None:
        """Add a `refcounts` record to the snapshot that is being read."""
        classes, held = record.columns("classes", 2)
        numbers, types, sites, references = record.columns("samples", 4)
        found = dict(zip(ids(classes), ids(held), strict=True))
        seen = zip(ids(numbers), ids(types), sites, ids(references), strict=True)
        self._types.ids.reach(max(highest(classes), highest(types)))
        self._sites.ids.reach(highest(sites))
        self._seen.extend(seen)
        if self._classes is None:
            self._classes = {}
        self._classes.update(found)

    def take_explained(self, record: Record) -> None:
        """Add what holds the sampled objects; said once, after the last snapshot."""
        found = dict(_explained(items(row)) for row in record.items("rows"))
        self._types.ids.reach(highest(highest(row.referrer_types) for row in found.values()))
        self._explained.update(found)

    def take_holders(self, record: Record) -> None:
        """Add chains that hold an object of a type; said once, after the last snapshot."""
        pairs = [integers(row) for row in record.items("rows")]
        if any(len(pair) != 2 for pair in pairs):
            raise DamagedRecord
        self._types.ids.reach(highest(pair[0] for pair in pairs))
        self._holders.update((type_id, path) for type_id, path in pairs)

    def take_lost(self, record: Record) -> None:
        """Add objects with lost references; said once, after the last snapshot."""
        rows = [_lost(items(row)) for row in record.items("rows")]
        if len(self._lost) + len(rows) > MAX_LOST:
            raise DamagedRecord
        self._types.ids.reach(highest(row[0] for row in rows))
        self._lost += rows

    def close(self) -> None:
        """End the snapshot."""
        snapshot = len(self._closed)
        self._closed.append(self._classes)
        for number, type_id, site, references in self._seen:
            self._see(snapshot, number, type_id, site, references)
        self._classes, self._seen = None, []

    def facts(self) -> RefCounts:
        """Return what was collected, samples in the order they were first seen."""
        return RefCounts(
            tuple(self._closed),
            tuple(
                _facts(sample, self._explained.get(number))
                for number, sample in self._samples.items()
            ),
            {type_id: self._strings[path] for type_id, path in self._holders.items()},
            tuple(
                LostReferences(
                    type_id,
                    self._strings[name],
                    references,
                    pointers,
                    tuple(zip(looks[::2], looks[1::2], strict=True)),
                )
                for type_id, name, references, pointers, looks in self._lost
            ),
        )

    def _see(self, snapshot: int, number: int, type_id: int, site: int, references: int) -> None:
        """Note one sampled object's count; an object keeps its type and site."""
        sample = self._samples.get(number)
        if sample is None:
            if len(self._samples) >= MAX_SAMPLES:
                return
            sample = self._samples[number] = _Sample(type_id, site)
        sample.references[snapshot] = references


def _explained(row: list[object]) -> tuple[int, _Explained]:
    """Return the sample one row speaks of, and what it says."""
    if len(row) != _EXPLAINED:
        raise DamagedRecord
    explained = optional_integer(row[2])
    return integer(row[0]), _Explained(integer(row[1]), explained, tuple(integers(row[3])))


def _lost(row: list[object]) -> tuple[int, int, int, int, list[int]]:
    """Return one object with lost references, as the record says it."""
    if len(row) != _LOST:
        raise DamagedRecord
    looks = integers(row[4])
    if len(looks) % 2:
        raise DamagedRecord
    type_id, name, references, pointers = map(integer, row[:4])
    return type_id, name, references, pointers, looks


def _facts(sample: _Sample, explained: _Explained | None) -> SampledObject:
    """
    Return one sampled object.

    What explains its references was looked for after the last snapshot; the
    count it explains takes the place of the last one.
    """
    references = list(sample.references.values())
    if explained is not None:
        references[-1] = explained.references
    return SampledObject(
        type_id=sample.type_id,
        site_id=site_id(sample.site),
        snapshots=tuple(sample.references),
        references=tuple(references),
        explained=None if explained is None else explained.explained,
        referrer_types=() if explained is None else explained.referrer_types,
    )
