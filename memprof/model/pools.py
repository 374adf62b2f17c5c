"""Facts about pymalloc: arenas, pools and blocks by size class."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SizeClass:
    """The pools that serve blocks of `size_bytes`."""

    size_bytes: int
    pools: int
    blocks_used: int
    blocks_free: int


@dataclass(frozen=True, slots=True)
class Pools:
    """
    pymalloc at one snapshot; sizes in bytes, `arena_bytes` that of one arena.

    `used_bytes` is what blocks in use take; `idle_bytes` the rest of the
    arenas: free blocks, unused pools, headers, rounding.
    """

    size_classes: tuple[SizeClass, ...]
    arenas: int
    arenas_highest: int
    arena_bytes: int
    used_bytes: int
    idle_bytes: int
