"""Held: what a growing site's or type's objects are, and what holds them."""

from dataclasses import dataclass

from memprof.analysis.caches import UNBOUNDED, CacheRow, CacheTable
from memprof.analysis.paths import cached
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.owners import Owned

_GARBAGE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Held:
    """
    What holds the objects of one suspect.

    `type` is what most of them are, as `alike` say, None where that is not known;
    `owners` is (path in words, objects held) of `total` objects, the greatest first.
    `from_c` are held from C code only; `garbage` wait for the collector.
    """

    type: Type | None
    owners: tuple[tuple[str, int], ...]
    total: int
    from_c: int
    garbage: int
    alike: int = 0

    @property
    def owner(self) -> str | None:
        """Return the path that holds most, None where nothing is known."""
        return self.owners[0][0] if self.owners else None

    @property
    def is_garbage(self) -> bool:
        """Say whether most of the objects only wait for the collector."""
        return self.total > 0 and self.garbage >= _GARBAGE_SHARE * self.total


NOTHING = Held(None, (), 0, 0, 0)


def of_site(facts: Facts, number: int) -> Held:
    """Return what is known of what the site *number* allocated."""
    found = facts.owners.sites.get(number) if facts.owners else None
    if found is None:
        return NOTHING
    # The objects' own class says more than the containers they are made of.
    types = [(objects, facts.objects.types[type_id]) for type_id, objects in found.types]
    most = max(types, key=_weight, default=None)
    return _held(most[1], found.owned, most[0]) if most else _held(None, found.owned, 0)


def of_type(facts: Facts, number: int) -> Held:
    """Return what is known of the objects of type *number*."""
    found = facts.owners.types.get(number) if facts.owners else None
    return _held(facts.objects.types[number], found, found.total) if found else NOTHING


def cache_of(held: Held, caches: CacheTable) -> CacheRow | None:
    """Return the functools.lru_cache that holds the objects, None if none does."""
    found = None if held.owner is None else cached(held.owner)
    if found is None:
        return None
    path, name = found
    named = [row for row in caches.rows if _last_name(row) == name]
    at_home = [row for row in named if path.startswith(f"{row.cache.module}.")]
    candidates = at_home or named or [row for row in caches.rows if row.cache.size]
    # Of several that it may be, the one that can grow for ever.
    return max(candidates, key=lambda row: (row.state == UNBOUNDED, row.cache.size), default=None)


def _last_name(row: CacheRow) -> str:
    """Return the last name of the cached function, as a path says it."""
    return row.cache.name.rpartition(".")[2].strip("<>")


def _held(kind: Type | None, owned: Owned, alike: int) -> Held:
    """Return *owned* objects as one value, of which *alike* are of *kind*."""
    return Held(kind, owned.owners, owned.total, owned.from_c, owned.garbage, alike)


def _weight(counted: tuple[int, Type]) -> tuple[int, bool, str, str]:
    """Return what a type counts for: its objects, and not being builtin."""
    objects, kind = counted
    return objects, kind.module != "builtins", kind.module, kind.qualname
