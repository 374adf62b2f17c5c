"""Assembles the facts about caches: the `caches` record."""

from memprof.capture.fields import (
    DamagedRecord,
    Record,
    flag,
    integer,
    integers,
    items,
    optional_integer,
)
from memprof.capture.names import Strings
from memprof.model.caches import Cache

_FIELDS = 9


class CachesReader:
    """Keeps the last `caches` record; the agent writes one."""

    def __init__(self, strings: Strings) -> None:
        """Start with none; names come from *strings*."""
        self._strings = strings
        self._found: tuple[Cache, ...] | None = None

    def take(self, record: Record) -> None:
        """Take the record."""
        self._found = tuple(self._cache(items(row)) for row in record.items("rows"))

    def facts(self) -> tuple[Cache, ...] | None:
        """Return the caches, None where nothing was said."""
        return self._found

    def _cache(self, row: list[object]) -> Cache:
        """Return one cache."""
        if len(row) != _FIELDS:
            raise DamagedRecord
        module, name, file = (self._strings[number] for number in integers(row[:3]))
        size, hits, misses = integers(row[6:])
        return Cache(
            module=module,
            name=name,
            file=file or None,
            line=integer(row[3]),
            pins=flag(row[4]),
            maxsize=optional_integer(row[5]),
            size=size,
            hits=hits,
            misses=misses,
        )
