"""Facts about cyclic debt: the garbage that waited for the collector at the end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DebtType:
    """
    Garbage of one of the most numerous types.

    `cycle` is the shortest cycle found through one of the objects, as text,
    empty if none was.  `sites` is (site id or None, samples): how many of the
    sampled objects were allocated where.
    """

    type_id: int
    objects: int
    cycle: str
    sites: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """
    All cyclic garbage there was just before the last snapshot.

    `islands` is how many parts do not refer to each other, None if not known.
    `counts` is type id to objects, of all types; `rows` of the most numerous.
    """

    islands: int | None
    counts: dict[int, int]
    rows: tuple[DebtType, ...]
