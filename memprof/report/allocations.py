"""Allocation sites: the lines that hold live memory."""

from memprof.analysis.allocations import AllocationTable, PassingRow, SiteRow, shown
from memprof.analysis.shares import SharedRow
from memprof.model.allocations import Frame
from memprof.quantity import format_bytes, format_count, format_growth, format_share
from memprof.report.names import moment, place
from memprof.report.prose import heading, more, paragraph
from memprof.report.table import number, path, table

_QUESTION = "Which lines allocated the Python memory that is live?"
_COLUMNS = (number("live"), number("blocks"), number("share"), number("growth"))
_AT_PEAK, _AT_HIGHEST, _PLACE = number("at peak"), number("at highest"), path("allocated at")
_PASSING = (number("allocated"), number("blocks"), number("freed again"), _PLACE)


def lines(allocations: AllocationTable, top: int) -> list[str]:
    """Return the section: at most *top* sites."""
    text = heading("Allocation sites", _QUESTION)
    rows = shown(allocations, top)
    if allocations.last_at_ns is None:
        return [*text, "n/a: nothing was traced."]
    text += paragraph(
        f"Live {format_bytes(allocations.live_bytes)} in"
        f" {format_count(allocations.live_blocks)} blocks at {moment(allocations.last_at_ns)};"
        f" {_highest(allocations)}; growth since {moment(allocations.first_at_ns)}."
        f"{_estimated(allocations)}"
    )
    high = _AT_HIGHEST if allocations.peak_bytes is None else _AT_PEAK
    text += table((*_COLUMNS, high, _PLACE), [cells for row in rows for cells in _lines(row)])
    return text + more(len(allocations.rows), len(rows), "site") + passing(allocations, top)


def _estimated(allocations: AllocationTable) -> str:
    """Return what is to be known of figures that are estimates, nothing where they are not."""
    if all(row.error_bytes is None for row in allocations.rows):
        return ""
    return " Estimated from sampled blocks; ± is one standard error."


def _highest(allocations: AllocationTable) -> str:
    """Return what the column of the highest moment is about."""
    if allocations.peak_bytes is None:
        return f"the highest snapshot was at {moment(allocations.highest_at_ns)}"
    late = allocations.history_at_ns != allocations.last_at_ns
    until = f" up to {moment(allocations.history_at_ns)}" if late else ""
    return f"the peak{until} was {format_bytes(allocations.peak_bytes)}"


def passing(allocations: AllocationTable, top: int) -> list[str]:
    """Return who allocates in passing: half as many rows as the other table."""
    traffic = allocations.traffic
    if traffic is None or not allocations.passing:
        return []
    rows = allocations.passing[: (top + 1) // 2]
    text = paragraph(
        f"Allocated in all, resizing counted anew: {format_bytes(traffic.allocated_bytes)} in"
        f" {format_count(traffic.allocated_blocks)} blocks; {format_share(traffic.freed_share)} of"
        " the bytes are freed again. Most in passing by:"
    )
    return text + table(_PASSING, [cells for row in rows for cells in _passing_lines(row)])


def _passing_lines(row: PassingRow) -> list[list[str]]:
    """Return the cells of one site that allocates in passing."""
    cells = [
        format_bytes(row.traffic.allocated_bytes),
        format_count(row.traffic.allocated_blocks),
        format_share(row.traffic.freed_share),
        place(row.stack[0] if row.stack else None),
    ]
    return with_caller(cells, row.caller)


def _lines(row: SiteRow) -> list[list[str]]:
    """Return the cells of one site."""
    return lines_of(row, format_bytes(row.peak_bytes))


def lines_of(row: SiteRow | SharedRow, last: str) -> list[list[str]]:
    """Return the cells of one site, *last* before its place, and its caller's below them."""
    error = f" ±{format_bytes(row.error_bytes)}" if row.error_bytes else ""
    cells = [
        f"{format_bytes(row.live_bytes)}{error}",
        format_count(row.live_blocks),
        format_share(row.share),
        format_growth(row.growth_bytes),
        last,
        place(row.stack[0] if row.stack else None),
    ]
    return with_caller(cells, row.caller)


def with_caller(cells: list[str], caller: Frame | None) -> list[list[str]]:
    """Return the *cells* of a site, and those of the target's own line behind a library's."""
    if caller is None:
        return [cells]
    return [cells, [*[""] * (len(cells) - 1), f"for {place(caller)}"]]
