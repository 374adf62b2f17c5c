"""Pools: what pymalloc holds, by size class, and how much of it is idle."""

from dataclasses import dataclass

from memprof.model.facts import Facts
from memprof.model.pools import Pools, SizeClass


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One size class; `idle_bytes` is what its free blocks take."""

    size_bytes: int
    pools: int
    blocks_used: int
    blocks_free: int
    idle_bytes: int


@dataclass(frozen=True, slots=True)
class PoolTable:
    """
    pymalloc at the last snapshot that could see it, `at_ns`.

    `totals` is None, and `rows` empty, where there is no pymalloc or its
    statistics could not be had.  The numbers are sums over the rows, but
    for `held_bytes`: all that the arenas hold, used and idle.
    """

    rows: tuple[PoolRow, ...]
    totals: Pools | None
    at_ns: int | None
    pools: int
    blocks_used: int
    blocks_free: int
    idle_bytes: int
    held_bytes: int | None


def analyse(facts: Facts) -> PoolTable:
    """Return what *facts* say of pymalloc, most idle size class first."""
    known = [index for index, pools in enumerate(facts.pools) if pools is not None]
    totals = facts.pools[known[-1]] if known else None
    rows = sorted(
        map(_row, totals.size_classes if totals else ()),
        key=lambda row: (-row.idle_bytes, row.size_bytes),
    )
    return PoolTable(
        rows=tuple(rows),
        totals=totals,
        at_ns=facts.snapshots[known[-1]].at_ns if known else None,
        pools=sum(row.pools for row in rows),
        blocks_used=sum(row.blocks_used for row in rows),
        blocks_free=sum(row.blocks_free for row in rows),
        idle_bytes=sum(row.idle_bytes for row in rows),
        held_bytes=totals.used_bytes + totals.idle_bytes if totals else None,
    )


def _row(size_class: SizeClass) -> PoolRow:
    """Return one size class with what its free blocks take."""
    return PoolRow(
        size_bytes=size_class.size_bytes,
        pools=size_class.pools,
        blocks_used=size_class.blocks_used,
        blocks_free=size_class.blocks_free,
        idle_bytes=size_class.size_bytes * size_class.blocks_free,
    )
