"""Cycle collections: the runs of the collector that found something, and what."""

from memprof.analysis.cycles import CycleRow, CycleTable
from memprof.model.generations import Collection
from memprof.quantity import format_count, format_duration
from memprof.report.names import moment, place, type_name
from memprof.report.prose import heading, more, paragraph, plural
from memprof.report.table import name, number, path, table

_QUESTION = "Which collections freed something, and what were the cycles made of?"
_COLLECTIONS = (
    number("at"),
    number("gen"),
    number("collected"),
    number("uncollectable"),
    number("pause"),
    name("asked by"),
)
_CYCLES = (number("objects"), name("type"), path("allocated at"))
_GARBAGE = (number("objects"), name("type"))


def lines(found: CycleTable, top: int) -> list[str]:
    """Return the section: at most *top* collections, types of cycles, types of garbage."""
    text = heading("Cycle collections", _QUESTION)
    rows = found.collections[:top]
    if not rows:
        text.append("No collection freed anything.")
    text += table(_COLLECTIONS, [_collection(row) for row in rows])
    text += more(len(found.collections), len(rows), "collection")
    return text + _cycles(found, top) + _garbage(found, top)


def _collection(row: Collection) -> list[str]:
    """Return the cells of one collection."""
    return [
        moment(row.at_ns),
        str(row.generation),
        format_count(row.collected),
        format_count(row.uncollectable),
        format_duration(row.pause_ns),
        "the program" if row.manual else "the interpreter",
    ]


def _cycles(found: CycleTable, top: int) -> list[str]:
    """Return what freed cycles were made of, or how to find out."""
    if not found.watched:
        return paragraph(
            "What the cycles were made of: not watched; --cycles names their types and lines"
            " (off by default, because it sets flags of the collector)."
        )
    if not found.passes:
        return ["What the cycles were made of: n/a, --cycles was on but found no room for a pass."]
    rows = found.cycles[:top]
    text = paragraph(
        f"Sampled: {plural(found.passes, 'pass', 'passes')} of --cycles looked at"
        f" {plural(found.objects, 'unreachable object')}; it sets flags of the collector"
        " for each pass and restores them."
    )
    text += table(_CYCLES, [_cycle(row) for row in rows])
    return text + more(len(found.cycles), len(rows), "type and line", "types and lines")


def _cycle(row: CycleRow) -> list[str]:
    """Return the cells of one type of unreachable object."""
    return [format_count(row.objects), type_name(row.type), place(row.frame)]


def _garbage(found: CycleTable, top: int) -> list[str]:
    """Return what stays in gc.garbage."""
    if not found.garbage:
        return ["gc.garbage is empty."]
    rows = found.garbage[:top]
    text = ["In gc.garbage, uncollectable or kept there by a debug flag:"]
    text += table(_GARBAGE, [[format_count(row.objects), type_name(row.type)] for row in rows])
    return text + more(len(found.garbage), len(rows), "type")
