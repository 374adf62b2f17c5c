"""Facts about allocation sites: who holds how much, snapshot by snapshot."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of code; `function` is None where the agent could not name it."""

    file: str
    line: int
    function: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """
    What one snapshot changed in a numbered series of counters.

    `runs` is (first id, count, ...); each of `columns` holds one absolute
    value per id in the runs, in their order, as array('q').
    """

    runs: tuple[int, ...]
    columns: "tuple[array[int], ...]"


@dataclass(frozen=True, slots=True)
class Allocations:
    """
    Live blocks by allocation site.

    `sites[i]` is site *i*'s stack, allocating frame first.  `changes[n]`
    belongs to snapshot *n*: columns (live bytes, live blocks).  A site never
    mentioned has nothing live.
    """

    sites: tuple[tuple[Frame, ...], ...]
    changes: tuple[tuple[Change, ...], ...]
