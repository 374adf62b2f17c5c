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

    All is of the whole process: what other threads and tasks allocated meanwhile is among it.
    `by` is who traced.  Where that is `shared`, tracing was on before: what was freed
    inside is taken off its site.  `lost`: it was switched off inside, and nothing is
    known: there are no sites and types, and `blocks` and `size_bytes` raise RuntimeError.
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
        self._known()
        return sum(one.blocks for one in self.sites)

    @property
    def size_bytes(self) -> int:
        """Return the bytes of all sites."""
        self._known()
        return sum(one.size_bytes for one in self.sites)

    def _known(self) -> None:
        """Raise RuntimeError where nothing is known."""
        if self.lost:
            message = "tracing was switched off inside the block: what it kept is not known"
            raise RuntimeError(message)
