"""Case: a suspect and what else speaks for one advice or another."""

import re
from dataclasses import dataclass

from memprof.analysis.debt import Collector
from memprof.analysis.library import is_of_library
from memprof.analysis.objects import TypeRow
from memprof.analysis.paths import container, is_named, takes_in
from memprof.analysis.suspect import Suspect
from memprof.model.objects import Type

_SILENT = ".<"
_ELEMENT = re.compile(r"\[\*[^\]]*\](?:\[\*.*)?| key.*", re.DOTALL)
"""What is said beyond a container of its elements, and of what they hold any number of."""

_ONE_EACH = re.compile(r"\[\*[^\]]*\](?:(?!\[\*| key| local |\.__self__).)+", re.DOTALL)
"""
What is said beyond a container of something that each element has one of.

What a bound method is bound to came with it.
"""


@dataclass(frozen=True, slots=True)
class Saving:
    """
    What would not be kept any more: what it grew by, and grows by in a second.

    None is what is not known.  `with_ranks` are other suspects that would go
    too, whose figures are in these; `estimated` says that it was not measured.
    """

    size_bytes: int | None
    bytes_per_s: float | None
    objects: int | None
    with_ranks: tuple[int, ...] = ()
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to try: its `kind`, the `names` and `counts` its sentence needs."""

    kind: str
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    saving: Saving | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A suspect with what else is known: all suspects of the run, its collector, its types."""

    row: Suspect
    others: tuple[Suspect, ...]
    collector: Collector
    types: tuple[TypeRow, ...]

    @property
    def path(self) -> str:
        """Return the path to most of the objects, empty where it is not known."""
        return self.row.held.owner or ""

    @property
    def container(self) -> str | None:
        """Return what holds the objects and all that hangs on them."""
        return _container(self.row)

    @property
    def taker(self) -> str | None:
        """Return what of the program's own takes them in, None where only a library's does."""
        where = self.container
        return takes_in(self.path) if where is not None and is_of_library(where) else where

    def under(self, where: str) -> int:
        """Return how many of the objects are known to be in *where*, or to be it."""
        return sum(
            held
            for path, held in self.row.held.owners
            if where in {takes_in(path), path.partition(_SILENT)[0]}
        )

    def is_kept_in(self, where: str) -> bool:
        """
        Say whether *where* is what grows: most of the objects are there, and of those that came.

        Midway not all of them had come.  What each element has one of may have come to
        elements that were there: these must grow too.
        """
        held, under = self.row.held, 2 * self.under(where)
        if under < held.total or (not held.midway and under < (self.row.growth_objects or 0)):
            return False
        each = _ONE_EACH.fullmatch(beyond(self.path, where)) is not None
        return not each or any(_ELEMENT.fullmatch(beyond(one, where)) for one in self.paths)

    @property
    def kin(self) -> tuple[Suspect, ...]:
        """Return the other suspects that the same container holds."""
        return tuple(
            one
            for one in self.others
            if one is not self.row
            and self.container is not None
            and _container(one) == self.container
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths to the suspect and to its kin, where they are known."""
        return tuple(one.held.owner for one in (self.row, *self.kin) if one.held.owner)

    @property
    def kinds(self) -> tuple[Type, ...]:
        """Return the types of the suspect and of its kin."""
        return tuple(one.type for one in (self.row, *self.kin) if one.type is not None)

    def own(self) -> Saving:
        """Return what the suspect grew by."""
        row = self.row
        return Saving(row.growth_bytes, row.bytes_per_s, row.growth_objects)

    def whole(self) -> Saving:
        """Return what the suspect and its kin grew by."""
        rows = [one for one in (self.row, *self.kin) if one.growth_bytes is not None]
        if not rows:
            return self.own()
        return Saving(
            size_bytes=sum(one.growth_bytes or 0 for one in rows),
            bytes_per_s=sum(one.bytes_per_s or 0.0 for one in rows),
            objects=None,
            with_ranks=tuple(one.rank for one in rows if one is not self.row),
        )


def beyond(path: str, where: str) -> str:
    """Return what *path* says beyond *where*, which may be reached by way of others."""
    return path.partition(where)[2]


def _container(row: Suspect) -> str | None:
    """Return what holds the objects of *row*, or the one object that grows."""
    path = row.held.owner
    found = container(path)
    if found is None and is_named(path) and row.growth_objects == 1:
        return path.partition(_SILENT)[0]
    return found
