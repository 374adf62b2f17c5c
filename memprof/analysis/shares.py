"""
Shares: allocation sites summed over the processes of a tree, with what each one holds.

A fork begins with the blocks of its parent.  Its share of a site is what it holds
of it at its end beyond what it held when it began, so that what was inherited
counts once, in the parent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from memprof.analysis.history import latest
from memprof.analysis.origins import caller, stack_key
from memprof.analysis.replay import states
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Frame
from memprof.model.facts import Facts

Key = tuple[int, int]
_Figures = tuple[int, int, int, float | None]


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

    def add(self, key: Key, facts: Facts | None, *, inherits: bool) -> None:
        """Add what *facts* say of the process *key*, which *inherits* where it is a fork."""
        traced = [] if facts is None else traced_snapshots(facts)
        if facts is None or not traced:
            self._unlisted += 1
            return
        self._processes += 1
        for stack, (size, blocks, gained, error) in _held(facts, traced, inherits=inherits).items():
            if size or blocks:
                self._shares.setdefault(stack, []).append(Share(key, size, blocks))
            if size or blocks or gained:
                self._growth[stack] = self._growth.get(stack, 0) + gained
            if error is not None and size:
                self._errors[stack] = hypot(self._errors.get(stack, 0.0), error)

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


def _held(
    facts: Facts, traced: Sequence[int], *, inherits: bool
) -> dict[tuple[Frame, ...], _Figures]:
    """Return the bytes, blocks, growth and error of each stack of a process that has any."""
    sites, ends = facts.allocations.sites, (traced[0], traced[-1])
    before, now = states(facts.allocations.changes, 2, ends, len(sites))
    past = latest(facts) if facts.run.settings.sample_bytes else None
    errors = None if past is None or past.error is None else past.error[0]
    found: dict[tuple[Frame, ...], _Figures] = {}
    for site, (then, had, size, blocks) in enumerate(zip(*before, *now, strict=True)):
        if not (then or had or size or blocks):
            continue
        error = None if errors is None else float(errors[site])
        # Never less than none: what was inherited and freed is its parent's all the same.
        gained = max(size - then, 0) if inherits else size - then
        part = (gained, max(blocks - had, 0)) if inherits else (size, blocks)
        old = found.get(sites[site], (0, 0, 0, None))
        known = error if old[3] is None else hypot(old[3], error or 0.0)
        found[sites[site]] = (old[0] + part[0], old[1] + part[1], old[2] + gained, known)
    return found


def _order(share: Share) -> tuple[int, int, int, int]:
    """Return what shares sort by: the largest first."""
    return -share.live_bytes, -share.live_blocks, share.key[1], share.key[0]
