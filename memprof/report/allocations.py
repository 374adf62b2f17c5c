"""Allocation sites: the lines that hold live memory."""

from memprof.analysis.allocations import AllocationTable, SiteRow
from memprof.quantity import format_bytes, format_count, format_growth, format_share
from memprof.report.names import moment, place
from memprof.report.prose import heading, more, paragraph
from memprof.report.table import number, path, table

_QUESTION = "Which lines allocated the Python memory that is live?"
_COLUMNS = (
    number("live"),
    number("blocks"),
    number("share"),
    number("growth"),
    number("at highest"),
    path("allocated at"),
)


def lines(allocations: AllocationTable, top: int) -> list[str]:
    """Return the section: at most *top* sites."""
    text = heading("Allocation sites", _QUESTION)
    rows = allocations.rows[:top]
    if allocations.last_at_ns is None:
        return [*text, "n/a: nothing was traced."]
    text += paragraph(
        f"Live {format_bytes(allocations.live_bytes)} in"
        f" {format_count(allocations.live_blocks)} blocks at {moment(allocations.last_at_ns)};"
        f" the highest snapshot was at {moment(allocations.highest_at_ns)}; growth since"
        f" {moment(allocations.first_at_ns)}."
    )
    text += table(_COLUMNS, [cells for row in rows for cells in _lines(row)])
    return text + more(len(allocations.rows), len(rows), "site")


def _lines(row: SiteRow) -> list[list[str]]:
    """Return the cells of one site, and of the target's own line behind a library's."""
    cells = [
        format_bytes(row.live_bytes),
        format_count(row.live_blocks),
        format_share(row.share),
        format_growth(row.growth_bytes),
        format_bytes(row.peak_bytes),
        place(row.stack[0] if row.stack else None),
    ]
    if row.caller is None:
        return [cells]
    return [cells, [*[""] * (len(cells) - 1), f"for {place(row.caller)}"]]
