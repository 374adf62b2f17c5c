"""Allocation sites of a tree: what its processes hold of each line, together and each."""

from memprof.analysis.processes import ProcessTable
from memprof.analysis.shares import SharedRow, SharedTable
from memprof.quantity import format_bytes, format_count, format_share
from memprof.report.allocations import lines_of
from memprof.report.names import UNKNOWN
from memprof.report.prose import heading, more, paragraph, plural
from memprof.report.sites import Row, seconds
from memprof.report.sites import place as place_of
from memprof.report.table import number, path, table

_QUESTION = "Which lines allocated the Python memory that is live, and in which processes?"
_COLUMNS = (
    number("live"),
    number("blocks"),
    number("share"),
    number("growth"),
    number("processes"),
    path("allocated at"),
)
_NAMED = 3


def lines(tree: ProcessTable, top: int) -> list[str]:
    """Return the section: at most *top* sites."""
    found = tree.sites
    text = heading("Allocation sites", _QUESTION)
    counted = 0 if tree.more is None else tree.more.count
    text += paragraph(_sums(found, found.unlisted + counted))
    rows = found.rows[:top]
    text += table(_COLUMNS, [cells for row in rows for cells in _lines(row)])
    return text + more(len(found.rows), len(rows), "site")


def document(tree: ProcessTable, *, deep: bool) -> list[Row]:
    """Return each site with the share of every process that holds of it."""
    began_ns = tree.rows[0].member.who.clock_ns
    return [_row(row, began_ns, deep=deep) for row in tree.sites.rows]


def _sums(found: SharedTable, unlisted: int) -> str:
    """Return what the sums are of, and that *unlisted* processes are not in them."""
    text = (
        f"Live {format_bytes(found.live_bytes)} in {format_count(found.live_blocks)} blocks of"
        f" {plural(found.processes, 'process', 'processes')}, each at its end; a fork counts with"
        " what it added to its parent's, growth is since each began."
    )
    if unlisted:
        left = plural(unlisted, "process", "processes")
        text += f" Of {left} nobody knows which lines allocated."
    if any(row.error_bytes is not None for row in found.rows):
        text += " Estimated from sampled blocks; ± is one standard error."
    return text


def _lines(row: SharedRow) -> list[list[str]]:
    """Return the cells of one site, and below them the largest shares where there are several."""
    found = lines_of(row, format_count(len(row.shares)))
    if len(row.shares) > 1:
        found.append([*[""] * (len(_COLUMNS) - 1), _shares(row)])
    return found


def _shares(row: SharedRow) -> str:
    """Return the largest shares of a site: `4243 25.1 %, 4244 25.0 %, …`."""
    # Beside a standard error there is room for one less.
    named = row.shares[: _NAMED - bool(row.error_bytes)]
    told = [f"{share.key[0]} {_part(share.live_bytes, row.live_bytes)}" for share in named]
    left = len(row.shares) - len(told)
    return f"of it {', '.join(told)}{f', {left:,} more' if left else ''}"


def _part(size_bytes: int, total_bytes: int) -> str:
    """Return *size_bytes* as a share of *total_bytes*."""
    return format_share(size_bytes / total_bytes) if total_bytes else UNKNOWN


def _row(row: SharedRow, began_ns: int, *, deep: bool) -> Row:
    """Return one site of the document."""
    found: Row = {
        **place_of(row.stack[0] if row.stack else None),
        "live_bytes": row.live_bytes,
        "live_blocks": row.live_blocks,
        "growth_bytes": row.growth_bytes,
        "share": row.share,
        "live_error_bytes": row.error_bytes,
        "processes": [
            {
                "pid": share.key[0],
                "began_s": seconds(share.key[1] - began_ns),
                "live_bytes": share.live_bytes,
                "live_blocks": share.live_blocks,
            }
            for share in row.shares
        ],
    }
    if deep:
        found["stack"] = [place_of(frame) for frame in row.stack]
    return found
