"""Facts about live objects by type."""

from dataclasses import dataclass

from memprof.model.allocations import Change


@dataclass(frozen=True, slots=True)
class Type:
    """A type's name, by module and qualified name."""

    module: str
    qualname: str


@dataclass(frozen=True, slots=True)
class Objects:
    """
    Live objects by type, `types[i]` numbered *i*; memprof's own left out.

    `changes[n]` belongs to snapshot *n* (column: objects the collector
    tracks).  `untracked[n]` counts those it does not track, where snapshot
    *n* looked (else None).  `shallow_bytes` sums the last snapshot's objects
    of a type, where it could be had without running target code.
    """

    types: tuple[Type, ...]
    changes: tuple[tuple[Change, ...], ...]
    untracked: tuple[dict[int, int] | None, ...]
    shallow_bytes: dict[int, int]
