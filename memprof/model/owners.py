"""Facts about owners: what the suspect objects were reached by, midway and at the end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owned:
    """
    Objects that were looked for, and what holds them.

    Of `total`, `from_c` are held from C code only and `garbage` wait for the
    collector.  `owners` is (path in words, objects held), the greatest first;
    those that hold what the first of them holds have `room` for so many, 0
    where that is not known.
    """

    total: int
    from_c: int
    garbage: int
    owners: tuple[tuple[str, int], ...]
    room: int = 0


@dataclass(frozen=True, slots=True)
class OwnedSite:
    """Objects allocated at one site; `types` is (type id, objects)."""

    owned: Owned
    types: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Owners:
    """
    `types` is by type id, `sites` by site id.

    Not `complete` if the search ended before all was met.
    """

    complete: bool
    types: dict[int, Owned]
    sites: dict[int, OwnedSite]
