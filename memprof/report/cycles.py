"""Cycle collections: the runs of the collector that found something, and what."""

from memprof.analysis.cycles import CollectedRow, CycleRow, CycleTable
from memprof.model.generations import Collection
from memprof.quantity import format_bytes, format_count, format_duration
from memprof.report.allocations import with_caller
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
_SITES = (number("bytes"), number("blocks"), path("allocated at"))
_CYCLES = (number("objects"), name("type"), path("allocated at"))
_GARBAGE = (number("objects"), name("type"))


def lines(found: CycleTable, top: int) -> list[str]:
    """Return the section: at most *top* collections, sites and types of cycles, of garbage."""
    text = heading("Cycle collections", _QUESTION)
    rows = found.collections[:top]
    if not rows:
        text.append("No collection freed anything.")
    text += table(_COLLECTIONS, [_collection(row) for row in rows])
    text += more(len(found.collections), len(rows), "collection")
    return text + _sites(found, top) + _cycles(found, top) + _garbage(found, top)


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


def _sites(found: CycleTable, top: int) -> list[str]:
    """Return where the freed cycles were allocated, with what they alone held."""
    if not found.sites:
        return []
    rows = found.sites[:top]
    text = paragraph(
        f"Collections freed {format_bytes(found.collected_bytes)} in"
        f" {plural(found.collected_blocks, 'block')}, cycles and what only they held, from:"
    )
    text += table(_SITES, [cells for row in rows for cells in _site(row)])
    return text + more(len(found.sites), len(rows), "site")


def _site(row: CollectedRow) -> list[list[str]]:
    """Return the cells of one site that allocated cyclic garbage."""
    size, blocks = format_bytes(row.collected_bytes), format_count(row.collected_blocks)
    return with_caller([size, blocks, place(row.stack[0] if row.stack else None)], row.caller)


def _cycles(found: CycleTable, top: int) -> list[str]:
    """Return what freed cycles were made of, or how to find out."""
    if not found.watched and found.sites is not None:
        return paragraph(
            "The types of the cycles: not watched; --cycles names them (off by default, because"
            " it sets flags of the collector)."
        )
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
