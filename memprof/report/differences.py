"""Rows that differ: the largest change first."""

from memprof.analysis.diff import Rows
from memprof.analysis.differences import Difference
from memprof.analysis.holdings import FILE, OF_BLOCKS, OWNER, SITE, TRACEBACK, TYPE, Subject
from memprof.quantity import format_bytes, format_count, format_count_growth, format_growth
from memprof.report.names import UNKNOWN, place, type_name
from memprof.report.prose import heading, more
from memprof.report.sites import Row
from memprof.report.sites import place as place_document
from memprof.report.table import Column, name, number, path, table

_TITLES = {
    SITE: ("Allocation sites", "Which lines hold more, and which less?"),
    TYPE: ("Types", "Of which types are there more objects, and of which fewer?"),
    FILE: ("Files", "The lines of which files hold more, and of which less?"),
    TRACEBACK: ("Tracebacks", "Which stacks of calls hold more, and which less?"),
    OWNER: ("Owners", "What holds more objects at the end, and what fewer?"),
}
_WHERE = {
    FILE: path("allocated in"),
    TYPE: name("type"),
    OWNER: path("of these, held by"),
}
_CHANGE, _GROWTH = name("change"), number("growth")
_BEFORE, _AFTER = number("before"), number("after")
_FRAMES = 4
"""Lines of a traceback on the page."""


def lines(rows: Rows, top: int | None) -> list[str]:
    """Return the section: at most *top* rows, all where None; nothing where nothing differs."""
    if not rows.rows:
        return []
    shown = rows.rows if top is None else rows.rows[:top]
    cells = [line for row in shown for line in _cells(rows.by, row)]
    text = [*heading(*_TITLES[rows.by]), *table(_columns(rows.by), cells)]
    return text + more(len(rows.rows), len(shown), rows.by)


def document(by: str, row: Difference) -> Row:
    """Return one row."""
    counted = "blocks" if by in OF_BLOCKS else "objects"
    found: Row = {"change": row.change, **_subject(by, row.subject)}
    found["was"] = None if row.old is None else _subject(by, row.old)
    if by in OF_BLOCKS:
        found |= {
            "before_bytes": row.before_bytes,
            "after_bytes": row.after_bytes,
            "growth_bytes": row.growth_bytes,
            "growth_error_bytes": row.error_bytes,
        }
    return found | {
        f"before_{counted}": row.before_count,
        f"after_{counted}": row.after_count,
        f"growth_{counted}": row.growth_count,
    }


def _columns(by: str) -> tuple[Column, ...]:
    """Return the columns of a table of rows *by* that kind."""
    where = _WHERE.get(by, path("allocated at"))
    if by in OF_BLOCKS:
        return _CHANGE, _GROWTH, number("blocks"), _BEFORE, _AFTER, where
    return _CHANGE, _GROWTH, _BEFORE, _AFTER, where


def _cells(by: str, row: Difference) -> list[list[str]]:
    """Return the cells of one row, and of the lines below it."""
    if by in OF_BLOCKS:
        error = f" ±{format_bytes(row.error_bytes)}" if row.error_bytes else ""
        figures = [
            f"{format_growth(row.growth_bytes)}{error}",
            format_count_growth(row.growth_count),
            format_bytes(row.before_bytes),
            format_bytes(row.after_bytes),
        ]
    else:
        figures = [
            format_count_growth(row.growth_count),
            format_count(row.before_count),
            format_count(row.after_count),
        ]
    first, *others = where(by, row)
    return [[row.change, *figures, first], *([""] * (len(figures) + 1) + [one] for one in others)]


def where(by: str, row: Difference) -> list[str]:
    """Return what *row* is about, and what stands below it."""
    subject = row.subject
    if by == FILE:
        return [subject.file or UNKNOWN]
    if by == TYPE:
        return [type_name(subject.type) + ("" if subject.tracked else " *")]
    if by == OWNER:
        what = type_name(subject.type) if subject.type else place(subject.stack[0])
        return [f"{what}: {subject.owner}"]
    first = place(subject.stack[0]) + _was(row)
    if by == TRACEBACK:
        below = [f"from {place(frame)}" for frame in subject.stack[1:_FRAMES]]
        rest = len(subject.stack) - _FRAMES
        return [first, *below, *([f"and {rest:,} more"] if rest > 0 else [])]
    return [first, *([f"for {place(subject.caller)}"] if subject.caller else [])]


def _was(row: Difference) -> str:
    """Return which number the line had, nothing where it has that still."""
    if not row.moved or row.old is None or row.new is None:
        return ""
    old, new = row.old.stack[0].line, row.new.stack[0].line
    return "" if old == new else f" (was line {old})"


def _subject(by: str, subject: Subject) -> Row:
    """Return what a row is about."""
    if by == FILE:
        return {"file": subject.file}
    if by == TYPE:
        return {"type": type_name(subject.type), "tracked": subject.tracked}
    found = place_document(subject.stack[0] if subject.stack else None)
    if by == OWNER:
        kind = None if subject.type is None else type_name(subject.type)
        return {"owner": subject.owner, "type": kind, **found}
    if by == TRACEBACK:
        found["stack"] = [place_document(frame) for frame in subject.stack]
    found["user_line"] = None if subject.caller is None else place_document(subject.caller)
    return found
