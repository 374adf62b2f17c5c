"""Allocation sites: who holds live memory at the end, at the highest moment, and newly."""

from dataclasses import dataclass

from memprof.analysis.origins import caller, stack_key
from memprof.analysis.replay import states
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Frame
from memprof.model.facts import Facts


@dataclass(frozen=True, slots=True)
class SiteRow:
    """
    One allocation site.

    `live_*` is at the last traced snapshot, `peak_*` at the one with the
    most live bytes, `growth_*` is the last minus the first, None where there
    is one.  `share` is of all live bytes at the last.  `stack` has the
    allocating frame first; `caller` is the nearest line of the target's own
    code where that frame is a library's.
    """

    stack: tuple[Frame, ...]
    caller: Frame | None
    live_bytes: int
    live_blocks: int
    peak_bytes: int
    peak_blocks: int
    growth_bytes: int | None
    growth_blocks: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class AllocationTable:
    """
    Live blocks by allocation site, most live bytes first.

    The moments are of the first, highest and last snapshot whose figures
    are true, None where there is none: the engine was off or was stopped.
    """

    rows: tuple[SiteRow, ...]
    live_bytes: int | None
    live_blocks: int | None
    first_at_ns: int | None
    highest_at_ns: int | None
    last_at_ns: int | None


def analyse(facts: Facts) -> AllocationTable:
    """Return what *facts* say of allocation sites."""
    traced = traced_snapshots(facts)
    if not traced:
        return AllocationTable((), None, None, None, None, None)
    snapshots = facts.snapshots
    first, last = traced[0], traced[-1]
    highest = max(traced, key=lambda index: (snapshots[index].live_bytes or 0, -index))
    rows = _rows(facts, first, highest, last)
    return AllocationTable(
        rows=rows,
        live_bytes=sum(row.live_bytes for row in rows),
        live_blocks=sum(row.live_blocks for row in rows),
        first_at_ns=snapshots[first].at_ns,
        highest_at_ns=snapshots[highest].at_ns,
        last_at_ns=snapshots[last].at_ns,
    )


def _rows(facts: Facts, first: int, highest: int, last: int) -> tuple[SiteRow, ...]:
    """Return a row for each site that held something at one of the three snapshots."""
    sites = facts.allocations.sites
    before, high, now = states(facts.allocations.changes, 2, [first, highest, last], len(sites))
    total = sum(now[0])
    rows = []
    for stack, *figures in zip(sites, *before, *high, *now, strict=True):
        if any(figures):
            rows.append(_row(stack, figures, total, compared=last > first))
    rows.sort(key=lambda row: (-row.live_bytes, -row.peak_bytes, stack_key(row.stack)))
    return tuple(rows)


def _row(stack: tuple[Frame, ...], figures: list[int], total: int, *, compared: bool) -> SiteRow:
    """Return the row of one *stack*; *figures* are bytes and blocks at three moments."""
    first_bytes, first_blocks, peak_bytes, peak_blocks, live_bytes, live_blocks = figures
    return SiteRow(
        stack=stack,
        caller=caller(stack),
        live_bytes=live_bytes,
        live_blocks=live_blocks,
        peak_bytes=peak_bytes,
        peak_blocks=peak_blocks,
        growth_bytes=live_bytes - first_bytes if compared else None,
        growth_blocks=live_blocks - first_blocks if compared else None,
        share=live_bytes / total if total > 0 else None,
    )
