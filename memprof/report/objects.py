"""Types: live objects by type, and how many more there are than at the start."""

from memprof.analysis.objects import TypeRow, TypeTable
from memprof.quantity import format_bytes, format_count, format_count_growth
from memprof.report.names import moment, type_name
from memprof.report.prose import heading, more, paragraph
from memprof.report.table import name, number, table

_QUESTION = "Which types are alive, and of which are there more than at the start?"
_COLUMNS = (
    name("type"),
    number("growth"),
    number("first"),
    number("last"),
    number("shallow size"),
)


def lines(types: TypeTable, top: int) -> list[str]:
    """Return the section: at most *top* types."""
    text = heading("Types", _QUESTION)
    rows = types.rows[:top]
    if not rows:
        return [*text, "n/a: objects were not counted."]
    span = f"{moment(types.first_at_ns)} and {moment(types.last_at_ns)}"
    text += paragraph(
        f"Objects the collector tracks, at {span}; * marks those it does not track, counted"
        " only at the first and last snapshots that looked."
    )
    text += table(_COLUMNS, [_cells(row) for row in rows])
    return text + more(len(types.rows), len(rows), "type")


def _cells(row: TypeRow) -> list[str]:
    """Return the cells of one type."""
    return [
        type_name(row.type) + ("" if row.tracked else " *"),
        format_count_growth(row.growth),
        format_count(row.count_first),
        format_count(row.count_last),
        format_bytes(row.shallow_bytes),
    ]
