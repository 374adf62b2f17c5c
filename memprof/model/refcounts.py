"""Facts about reference counts, by `sys.getrefcount`, our own left out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampledObject:
    """
    One object of a growing type, watched by address and type.

    `references[k]` was seen at snapshot `snapshots[k]`.  `explained` of the
    last count are held by referrers the collector knows, whose types are
    `referrer_types`; None where the run ended before they were looked for.
    """

    type_id: int
    site_id: int | None
    snapshots: tuple[int, ...]
    references: tuple[int, ...]
    explained: int | None
    referrer_types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LostReferences:
    """
    One object that is referred to more often than there are pointers to it.

    `references` and `pointers` (in all of the process's private memory) were counted after
    the last snapshot.  `name` is the object's in the program's code, empty where it has
    none.  `looks` are (nanoseconds since the run began, references) as it was seen before;
    0 stands for fewer than a thousand.
    """

    type_id: int
    name: str
    references: int
    pointers: int
    looks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RefCounts:
    """
    `classes[n]` is class (type id) to references, of the classes whose count
    changed by snapshot *n*; None where it did not look.  Immortal and deferred counts are
    left out.  `holders` is type id to a chain that holds one such object.  `lost` are
    the objects whose references nobody holds.
    """

    classes: tuple[dict[int, int] | None, ...]
    samples: tuple[SampledObject, ...]
    holders: dict[int, str]
    lost: tuple[LostReferences, ...] = ()
