"""Held: what a growing site's or type's objects are, and what holds them."""

from dataclasses import dataclass, replace

from memprof.analysis.caches import UNBOUNDED, CacheRow, CacheTable
from memprof.analysis.paths import cached
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.owners import Owned, Owners

_GARBAGE_SHARE = 0.5
_MET = 5
"""Of so many objects that are garbage at the end one was met midway, or it says nothing of them."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same path held midway: so many `objects`, with `room` for so many."""

    objects: int
    room: int


@dataclass(frozen=True, slots=True)
class Held:
    """
    What holds the objects of one suspect.

    `type` is what most of them are, as `alike` say, None where that is not known;
    `owners` is (path in words, objects held) of `total` objects, the greatest first.
    `from_c` are held from C code only; `garbage` wait for the collector.  `midway` says
    that it is from a look while the program ran: by its end it had let go of them.
    What holds what the first path leads to has `room` for so many, 0 where that is not known;
    `earlier` is what that path held midway, None where it was not the first.
    """

    type: Type | None
    owners: tuple[tuple[str, int], ...]
    total: int
    from_c: int
    garbage: int
    alike: int = 0
    midway: bool = False
    room: int = 0
    earlier: Earlier | None = None

    @property
    def owner(self) -> str | None:
        """Return the path that holds most, None where nothing is known."""
        return self.owners[0][0] if self.owners else None

    @property
    def is_garbage(self) -> bool:
        """Say whether most of the objects only wait for the collector."""
        return self.total > 0 and self.garbage >= _GARBAGE_SHARE * self.total


NOTHING = Held(None, (), 0, 0, 0)
LET_GO = Held(None, (), 0, 0, 0, midway=True)
"""Of what was held until the end, and by then by nobody."""


def of_site(facts: Facts, number: int) -> Held:
    """Return what is known of what the site *number* allocated."""
    end = _site(facts, facts.owners, number)
    return _of_both(facts, _site(facts, facts.owners_midway, number), end)


def of_type(facts: Facts, number: int) -> Held:
    """Return what is known of the objects of type *number*."""
    end = _type(facts, facts.owners, number)
    return _of_both(facts, _type(facts, facts.owners_midway, number), end)


def _of_both(facts: Facts, midway: Held, end: Held) -> Held:
    """Return what the looks *midway* and at the *end* say together."""
    if _says_more(midway, end):
        return replace(midway, midway=True)
    looks = (facts.owners_midway, facts.owners)
    if (
        end.owner is None
        or end.owner != midway.owner
        or not all(one and one.complete for one in looks)
    ):
        return end
    return replace(end, earlier=Earlier(midway.owners[0][1], midway.room))


def _site(facts: Facts, owners: Owners | None, number: int) -> Held:
    """Return what one look said of the site *number*."""
    found = owners.sites.get(number) if owners else None
    if found is None:
        return NOTHING
    # The objects' own class says more than the containers they are made of.
    types = [(objects, facts.objects.types[type_id]) for type_id, objects in found.types]
    most = max(types, key=_weight, default=None)
    return _held(most[1], found.owned, most[0]) if most else _held(None, found.owned, 0)


def _type(facts: Facts, owners: Owners | None, number: int) -> Held:
    """Return what one look said of the type *number*."""
    found = owners.types.get(number) if owners else None
    return _held(facts.objects.types[number], found, found.total) if found else NOTHING


def _says_more(midway: Held, end: Held) -> bool:
    """
    Say whether the look *midway* tells of the run what the one at its *end* cannot.

    A function that returns, and what runs at the end, let go of what was held until then:
    it is gone, or garbage.
    """
    if not midway.total or midway.is_garbage:
        return False
    return midway.total > 2 * end.total or (end.is_garbage and _MET * midway.total > end.total)


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
    figures = owned.total, owned.from_c, owned.garbage, alike
    return Held(kind, owned.owners, *figures, room=owned.room)


def _weight(counted: tuple[int, Type]) -> tuple[int, bool, str, str]:
    """Return what a type counts for: its objects, and not being builtin."""
    objects, kind = counted
    return objects, kind.module != "builtins", kind.module, kind.qualname
