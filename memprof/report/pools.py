"""Pools: pymalloc by size class, most idle bytes first."""

from memprof.analysis.pools import PoolRow, PoolTable
from memprof.model.pools import Pools
from memprof.quantity import format_bytes, format_count
from memprof.report.names import moment
from memprof.report.prose import heading, more, paragraph
from memprof.report.table import number, table

_QUESTION = "How much of the memory that pymalloc holds lies idle, and in which block sizes?"
_COLUMNS = (
    number("block size"),
    number("pools"),
    number("blocks used"),
    number("blocks free"),
    number("bytes idle"),
)


def lines(found: PoolTable, top: int) -> list[str]:
    """Return the section: at most *top* size classes."""
    text = heading("Pools", _QUESTION)
    if found.totals is None:
        return [*text, "n/a: this interpreter has no pymalloc, or its statistics cannot be had."]
    text += paragraph(_totals(found, found.totals))
    rows = found.rows[:top]
    text += table(_COLUMNS, [*map(_cells, rows), _sums(found)])
    return text + more(len(found.rows), len(rows), "size class", "size classes")


def _totals(found: PoolTable, totals: Pools) -> str:
    """Return the sentence of the totals."""
    return (
        f"At {moment(found.at_ns)}: arenas now {format_count(totals.arenas)}, highest"
        f" {format_count(totals.arenas_highest)}; they hold {format_bytes(found.held_bytes)}:"
        f" blocks in use {format_bytes(totals.used_bytes)}, idle"
        f" {format_bytes(totals.idle_bytes)} (free blocks, unused pools, headers, rounding)."
    )


def _cells(row: PoolRow) -> list[str]:
    """Return the cells of one size class."""
    return [
        f"{row.size_bytes} B",
        format_count(row.pools),
        format_count(row.blocks_used),
        format_count(row.blocks_free),
        format_bytes(row.idle_bytes),
    ]


def _sums(found: PoolTable) -> list[str]:
    """Return the cells of the row that sums all size classes, shown or not."""
    return [
        "all",
        format_count(found.pools),
        format_count(found.blocks_used),
        format_count(found.blocks_free),
        format_bytes(found.idle_bytes),
    ]
