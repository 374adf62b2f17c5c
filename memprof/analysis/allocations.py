"""Allocation sites: who holds live memory at the end and at its peak, newly, or in passing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memprof.analysis.history import SiteHistory, latest
from memprof.analysis.origins import caller, stack_key
from memprof.analysis.replay import State, states
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was ever allocated, and what of it was freed again."""

    allocated_bytes: int
    allocated_blocks: int
    freed_bytes: int
    freed_blocks: int
    freed_share: float | None


@dataclass(frozen=True, slots=True)
class Birth:
    """Live blocks that were allocated since `since_ns`, before the next birth."""

    since_ns: int
    live_blocks: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """
    One allocation site.

    `live_*` is at the last traced snapshot, `peak_*` at the moment the table
    tells of, `growth_*` is the last minus the first, None where there is
    one.  `error_bytes` is the standard error of the live bytes, None where
    they are counted.  `share` is of all live bytes at the last.  `traffic` and `births`
    are None where the engine does not know; births of no block are left out.
    `stack` has the allocating frame first; `caller` is the nearest line of
    the target's own code where that frame is a library's.
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
    traffic: Traffic | None
    births: tuple[Birth, ...] | None
    error_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class PassingRow:
    """The traffic of one allocation site of which something was freed again."""

    stack: tuple[Frame, ...]
    caller: Frame | None
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class AllocationTable:
    """
    Live blocks by allocation site, most live bytes first.

    The moments are of the first, highest and last snapshot whose figures
    are true, None where there is none: the engine was off or was stopped.
    `peak_bytes` is the highest live bytes there were, where the engine knows
    each site's part of them; where it is None, the rows' `peak_*` are of the
    highest snapshot.  What the engine kept reaches to `history_at_ns`.
    `passing` has most allocated bytes first; `traffic` is that of all sites.
    """

    rows: tuple[SiteRow, ...]
    live_bytes: int | None = None
    live_blocks: int | None = None
    first_at_ns: int | None = None
    highest_at_ns: int | None = None
    last_at_ns: int | None = None
    peak_bytes: int | None = None
    history_at_ns: int | None = None
    traffic: Traffic | None = None
    passing: tuple[PassingRow, ...] = ()


def shown(table: AllocationTable, top: int) -> tuple[SiteRow, ...]:
    """
    Return the *top* rows of *table* to show: the first, and who made the peak.

    A row that held a tenth of the peak, and would be cut off, takes the place
    of one at the end; half of the places at most go this way.
    """
    first, rest = table.rows[:top], table.rows[top:]
    peak = table.peak_bytes or 0
    made = [row for row in rest if peak and 10 * row.peak_bytes >= peak]
    made = sorted(made, key=lambda row: -row.peak_bytes)[: top // 2]
    return (*first[: top - len(made)], *(row for row in rest if row in made))


def analyse(facts: Facts) -> AllocationTable:
    """Return what *facts* say of allocation sites."""
    traced = traced_snapshots(facts)
    if not traced:
        return AllocationTable(())
    snapshots, history = facts.snapshots, latest(facts)
    first, last = traced[0], traced[-1]
    highest = max(traced, key=lambda index: (snapshots[index].live_bytes or 0, -index))
    peak = None if history is None else _peak(history, snapshots, highest)
    rows = _rows(facts, (first, highest, last), history, exact=peak is not None)
    return AllocationTable(
        rows=rows,
        live_bytes=sum(row.live_bytes for row in rows),
        live_blocks=sum(row.live_blocks for row in rows),
        first_at_ns=snapshots[first].at_ns,
        highest_at_ns=snapshots[highest].at_ns,
        last_at_ns=snapshots[last].at_ns,
        peak_bytes=peak,
        history_at_ns=None if history is None else snapshots[history.index].at_ns,
        traffic=_sum([row.traffic for row in rows if row.traffic is not None]),
        passing=_passing(rows),
    )


def _peak(history: SiteHistory, snapshots: Sequence[Snapshot], highest: int) -> int | None:
    """
    Return the peak that *history* tells of, None if it does not tell of the highest.

    A target that was killed may have reached more after the last closer look.
    """
    peak = snapshots[history.index].peak_bytes
    if history.peak is None or peak is None or peak < (snapshots[highest].live_bytes or 0):
        return None
    return peak


def _rows(
    facts: Facts, moments: tuple[int, int, int], history: SiteHistory | None, *, exact: bool
) -> tuple[SiteRow, ...]:
    """Return a row for each site that held something at a snapshot shown, or ever."""
    sites = facts.allocations.sites
    wanted = [*moments, moments[-1] if history is None else history.index]
    before, high, now, then = states(facts.allocations.changes, 2, wanted, len(sites))
    if exact and history is not None and history.peak is not None:
        high = history.peak
    total, compared = sum(now[0]), moments[-1] > moments[0]
    # An engine that follows every block tells of its errors too: they are none.
    sampled = facts.run.settings.sample_bytes > 0
    rows = []
    for site, (stack, *figures) in enumerate(zip(sites, *before, *high, *now, strict=True)):
        traffic = _traffic(history, then, site)
        if any(figures) or (traffic is not None and traffic.allocated_blocks):
            births = _births(history, site)
            row = _row(stack, figures, total, traffic, births, compared=compared)
            if sampled and history is not None and history.error is not None:
                row = replace(row, error_bytes=history.error[0][site])
            rows.append(row)
    rows.sort(key=lambda row: (-row.live_bytes, -row.peak_bytes, stack_key(row.stack)))
    return tuple(rows)


def _row(  # noqa: PLR0913 - the row has as many parts
    stack: tuple[Frame, ...],
    figures: list[int],
    total: int,
    traffic: Traffic | None,
    births: tuple[Birth, ...] | None,
    *,
    compared: bool,
) -> SiteRow:
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
        traffic=traffic,
        births=births,
    )


def _traffic(history: SiteHistory | None, live: State, site: int) -> Traffic | None:
    """Return the traffic of one *site*; *live* is the state at the same moment."""
    if history is None or history.traffic is None:
        return None
    size, blocks = (column[site] for column in history.traffic)
    # A capture may say anything; less than nothing was not freed.
    freed_bytes, freed_blocks = max(size - live[0][site], 0), max(blocks - live[1][site], 0)
    return Traffic(size, blocks, freed_bytes, freed_blocks, freed_bytes / size if size else None)


def _sum(parts: Sequence[Traffic]) -> Traffic | None:
    """Return all *parts* as one, None where there are none."""
    if not parts:
        return None
    size, freed = sum(one.allocated_bytes for one in parts), sum(one.freed_bytes for one in parts)
    return Traffic(
        allocated_bytes=size,
        allocated_blocks=sum(one.allocated_blocks for one in parts),
        freed_bytes=freed,
        freed_blocks=sum(one.freed_blocks for one in parts),
        freed_share=freed / size if size else None,
    )


def _passing(rows: tuple[SiteRow, ...]) -> tuple[PassingRow, ...]:
    """Return the traffic of the *rows* that free again, most allocated bytes first."""
    found = [
        PassingRow(row.stack, row.caller, row.traffic)
        for row in rows
        if row.traffic is not None and row.traffic.freed_bytes
    ]
    found.sort(key=lambda row: (-row.traffic.allocated_bytes, stack_key(row.stack)))
    return tuple(found)


def _births(history: SiteHistory | None, site: int) -> tuple[Birth, ...] | None:
    """Return when the live blocks of one *site* were born, oldest first."""
    if history is None or history.births is None:
        return None
    counts = [column[site] for column in history.births]
    pairs = zip(history.starts_ns, counts, strict=True)
    return tuple(Birth(since_ns, count) for since_ns, count in pairs if count)
