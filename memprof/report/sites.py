"""Allocation sites as rows of the document: places, figures, moments."""

from collections.abc import Mapping

from memprof.analysis.allocations import AllocationTable, SiteRow
from memprof.analysis.cycles import CollectedRow
from memprof.model.allocations import Frame

_NS_PER_S = 1_000_000_000

Row = dict[str, object]


def site(row: SiteRow, *, deep: bool) -> Row:
    """Return one allocation site, with its stack if *deep*."""
    traffic = row.traffic
    figures = {
        "live_bytes": row.live_bytes,
        "live_blocks": row.live_blocks,
        "peak_bytes": row.peak_bytes,
        "growth_bytes": row.growth_bytes,
        "peak_blocks": row.peak_blocks,
        "growth_blocks": row.growth_blocks,
        "share": row.share,
        "allocated_bytes": traffic and traffic.allocated_bytes,
        "allocated_blocks": traffic and traffic.allocated_blocks,
        "freed_bytes": traffic and traffic.freed_bytes,
        "freed_blocks": traffic and traffic.freed_blocks,
        "births": _births(row),
        "live_error_bytes": row.error_bytes,
    }
    return _at(row.stack, figures, deep=deep)


def collected_site(row: CollectedRow, *, deep: bool) -> Row:
    """Return one site that allocated cyclic garbage, with its stack if *deep*."""
    figures = {"bytes": row.collected_bytes, "blocks": row.collected_blocks}
    return _at(row.stack, figures, deep=deep)


def moments(found: AllocationTable) -> Row:
    """Return the moments that the figures of allocation sites are of."""
    exact = found.peak_bytes is not None
    return {
        "first_s": seconds(found.first_at_ns),
        "last_s": seconds(found.last_at_ns),
        "peak_bytes": found.peak_bytes,
        "peak_s": None if exact else seconds(found.highest_at_ns),
        "history_s": seconds(found.history_at_ns),
    }


def place(frame: Frame | None) -> Row:
    """Return where *frame* is, nulls where it is unknown."""
    if frame is None:
        return {"file": None, "line": None, "function": None}
    return {"file": frame.file, "line": frame.line, "function": frame.function}


def seconds(duration_ns: int | None) -> float | None:
    """Return *duration_ns* in seconds."""
    return None if duration_ns is None else duration_ns / _NS_PER_S


def _births(row: SiteRow) -> list[Row] | None:
    """Return when the live blocks of a site were allocated."""
    if row.births is None:
        return None
    return [{"since_s": seconds(b.since_ns), "live_blocks": b.live_blocks} for b in row.births]


def _at(stack: tuple[Frame, ...], figures: Mapping[str, object], *, deep: bool) -> Row:
    """Return the *figures* of a site, with its stack if *deep*."""
    found: Row = {**place(stack[0] if stack else None), **figures}
    if deep:
        found["stack"] = [place(frame) for frame in stack]
    return found
