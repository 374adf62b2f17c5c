"""Facts about a block of code: what it allocated that was alive at its end."""

from dataclasses import dataclass

from memprof.model.allocations import Frame
from memprof.model.objects import Type


@dataclass(frozen=True, slots=True)
class KeptSite:
    """What a stack allocated, allocating frame first."""

    stack: tuple[Frame, ...]
    blocks: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class KeptType:
    """How many objects of a type were allocated, of those the collector tracks."""

    type: Type
    objects: int


@dataclass(frozen=True, slots=True)
class Kept:
    """
    What was alive at the end, most first; memprof's own left out.

    `by` is who traced.  Where that is `shared`, tracing was on before: what was freed
    inside is taken off its site.  `lost`: it was switched off inside, and nothing is known.
    `peak_bytes` is the most that was live above what was live at the start; None
    where a higher peak before hides it.
    """

    by: str
    shared: bool
    lost: bool
    peak_bytes: int | None
    sites: tuple[KeptSite, ...]
    types: tuple[KeptType, ...]

    @property
    def blocks(self) -> int:
        """Return the blocks of all sites."""
        return sum(one.blocks for one in self.sites)

    @property
    def size_bytes(self) -> int:
        """Return the bytes of all sites."""
        return sum(one.size_bytes for one in self.sites)
