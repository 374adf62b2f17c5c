"""Cyclic debt: the garbage that waited for the collector when the program ended."""

from memprof.analysis.debt import Collector, DebtRow, DebtTable
from memprof.quantity import format_count
from memprof.report.allocations import with_caller
from memprof.report.names import UNKNOWN, place, type_name
from memprof.report.prose import bullets, heading, more, paragraph, plural
from memprof.report.sites import Row
from memprof.report.sites import place as where
from memprof.report.table import name, number, path, table

_QUESTION = "What garbage did the program leave to the collector, and which cycles keep it?"
_COLUMNS = (number("objects"), name("type"), name("cycle"), path("allocated at"))


def lines(found: DebtTable, top: int) -> list[str]:
    """Return the section: at most *top* types."""
    text = heading("Cyclic debt", _QUESTION)
    if not found.known:
        return [
            *text,
            *paragraph(
                "n/a: looked for once, at the end of a program that exits by itself, where the run"
                " was long enough for so many objects."
            ),
        ]
    if not found.objects:
        return [*text, "None: nothing waited for the collector."]
    apart = "" if found.islands is None else f" in {plural(found.islands, 'separate part')}"
    text += paragraph(f"{plural(found.objects, 'object')}{apart}, found without collecting.")
    rows = found.rows[:top]
    text += table(_COLUMNS, [cells for row in rows for cells in _cells(row)])
    text += more(len(found.rows), len(rows), "type")
    return text + bullets(_notes(found.collector))


def document(found: DebtTable) -> Row | None:
    """Return the debt as a value of the document, None where it is not known."""
    if not found.known:
        return None
    types = [
        {
            "type": type_name(row.type),
            "objects": row.objects,
            "cycle": row.cycle,
            **where(row.stack[0] if row.stack else None),
        }
        for row in found.rows
    ]
    return {"objects": found.objects, "islands": found.islands, "types": types}


def _cells(row: DebtRow) -> list[list[str]]:
    """Return the cells of one type."""
    cells = [
        format_count(row.objects),
        type_name(row.type),
        row.cycle or UNKNOWN,
        place(row.stack[0] if row.stack else None),
    ]
    return with_caller(cells, row.caller)


def _notes(found: Collector) -> list[str]:
    """Return why the collector had not freed it, as sentences."""
    notes = []
    if not found.enabled:
        notes.append("The collector was off at the end: the program disabled it.")
    elif not found.automatic:
        notes.append("The collector never started by itself at the end: its first threshold is 0.")
    if found.frozen:
        notes.append("The program froze objects: garbage among them is not counted here.")
    if found.full_collections is not None:
        ran = plural(found.full_collections, "full collection")
        notes.append(f"{ran if found.full_collections else 'No full collection'} ran in all.")
    return notes
