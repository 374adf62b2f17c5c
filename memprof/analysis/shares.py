"""
Shares: allocation sites summed over the processes of a tree, with what each one holds.

A fork begins with the blocks of its parent.  Its share of a site is what it holds
of it at its end beyond what it held when it began, so that what was inherited
counts once, in the parent.
"""

from dataclasses import dataclass
from math import hypot

from memprof.analysis.allocations import AllocationTable, SiteRow
from memprof.analysis.origins import caller, stack_key
from memprof.model.allocations import Frame

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """What one process, by its `key`, holds of a site at its end."""

    key: Key
    live_bytes: int
    live_blocks: int


@dataclass(frozen=True, slots=True)
class SharedRow:
    """
    One allocation site of a tree: `live_*` is the sum of its `shares`, the largest first.

    `growth_bytes` is what the processes gained of it, each from its first snapshot on.
    `error_bytes` is the standard error of the live bytes, None where they are counted.
    """

    stack: tuple[Frame, ...]
    caller: Frame | None
    live_bytes: int
    live_blocks: int
    growth_bytes: int
    share: float | None
    error_bytes: int | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class SharedTable:
    """
    Live blocks by allocation site over `processes` processes, most live bytes first.

    Of `unlisted` others nobody knows which lines allocated what they held.
    """

    rows: tuple[SharedRow, ...]
    live_bytes: int
    live_blocks: int
    processes: int
    unlisted: int


class Sums:
    """Adds up the sites of one process after the other."""

    def __init__(self) -> None:
        """Start with none."""
        self._shares: dict[tuple[Frame, ...], list[Share]] = {}
        self._growth: dict[tuple[Frame, ...], int] = {}
        self._errors: dict[tuple[Frame, ...], float] = {}
        self._processes = 0
        self._unlisted = 0

    def add(self, key: Key, found: AllocationTable | None, *, inherits: bool) -> None:
        """Add what was *found* of the process *key*, which *inherits* where it is a fork."""
        if found is None or found.last_at_ns is None:
            self._unlisted += 1
            return
        self._processes += 1
        for row in found.rows:
            share = (
                _inherited(key, row) if inherits else Share(key, row.live_bytes, row.live_blocks)
            )
            if share.live_bytes or share.live_blocks:
                self._shares.setdefault(row.stack, []).append(share)
            gained = share.live_bytes if inherits else row.growth_bytes or 0
            if gained or share.live_bytes:
                self._growth[row.stack] = self._growth.get(row.stack, 0) + gained
            if row.error_bytes is not None and share.live_bytes:
                before = self._errors.get(row.stack, 0.0)
                self._errors[row.stack] = hypot(before, row.error_bytes)

    def table(self) -> SharedTable:
        """Return the sums."""
        total = sum(share.live_bytes for shares in self._shares.values() for share in shares)
        rows = [self._row(stack, self._shares.get(stack, []), total) for stack in self._growth]
        rows.sort(key=lambda row: (-row.live_bytes, -row.live_blocks, stack_key(row.stack)))
        return SharedTable(
            rows=tuple(rows),
            live_bytes=total,
            live_blocks=sum(row.live_blocks for row in rows),
            processes=self._processes,
            unlisted=self._unlisted,
        )

    def _row(self, stack: tuple[Frame, ...], shares: list[Share], total: int) -> SharedRow:
        """Return the row of one *stack*."""
        live = sum(share.live_bytes for share in shares)
        error = self._errors.get(stack)
        return SharedRow(
            stack=stack,
            caller=caller(stack),
            live_bytes=live,
            live_blocks=sum(share.live_blocks for share in shares),
            growth_bytes=self._growth[stack],
            share=live / total if total else None,
            error_bytes=None if error is None else round(error),
            shares=tuple(sorted(shares, key=_order)),
        )


def _inherited(key: Key, row: SiteRow) -> Share:
    """Return the share of a fork: what it holds beyond what it began with, never less than none."""
    return Share(key, max(row.growth_bytes or 0, 0), max(row.growth_blocks or 0, 0))


def _order(share: Share) -> tuple[int, int, int, int]:
    """Return what shares sort by: the largest first."""
    return -share.live_bytes, -share.live_blocks, share.key[1], share.key[0]
