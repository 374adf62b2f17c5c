"""Reference counts: of classes, and of sampled objects."""

from memprof.analysis.refcounts import ClassRow, RefCountTable, SampleRow
from memprof.quantity import format_count, format_count_growth
from memprof.report.names import place, type_name
from memprof.report.prose import heading, more, paragraph, plural
from memprof.report.table import name, number, path, table

_QUESTION = "Which classes and objects are held more often, and is every reference explained?"
_CLASSES = (
    name("class"),
    number("growth"),
    number("references first"),
    number("last"),
    number("tracked instances"),
)
_SAMPLES = (
    name("object of type"),
    number("references"),
    number("explained"),
    number("unexplained"),
    name("trend"),
    path("allocated at"),
)


def lines(found: RefCountTable, top: int) -> list[str]:
    """Return the section: at most *top* classes and *top* objects."""
    text = heading("Reference counts", _QUESTION)
    growing = [row for row in found.classes if (row.growth or 0) > 0]
    text += _classes(growing, len(found.classes), top)
    if not found.samples:
        return [*text, "No object was sampled: no type grew enough."]
    rows = found.samples[:top]
    text += paragraph(
        "Sampled objects of growing types. Explained references come from objects the collector"
        " knows; the others from a running frame or from C."
    )
    text += table(_SAMPLES, [_sample(row) for row in rows])
    return text + more(len(found.samples), len(rows), "object")


def trend(row: SampleRow) -> str:
    """Return how the count of *row* moved: rising, falling or steady."""
    if row.growth == 0:
        return "steady"
    return "rising" if row.growth > 0 else "falling"


def _classes(rows: list[ClassRow], watched: int, top: int) -> list[str]:
    """Return the classes that are held more often; each instance is one."""
    if not watched:
        return ["n/a: classes were not looked at."]
    if not rows:
        looked = plural(watched, "class", "classes")
        return [f"No class is held more often than before ({looked} watched)."]
    shown = rows[:top]
    text = paragraph(
        "Classes: every instance holds one reference, whether the collector tracks it or not."
    )
    text += table(_CLASSES, [_class(row) for row in shown])
    return text + more(len(rows), len(shown), "class held more often", "classes held more often")


def _class(row: ClassRow) -> list[str]:
    """Return the cells of one class."""
    return [
        type_name(row.type),
        format_count_growth(row.growth),
        format_count(row.references_first),
        format_count(row.references_last),
        format_count(row.instances),
    ]


def _sample(row: SampleRow) -> list[str]:
    """Return the cells of one sampled object."""
    return [
        type_name(row.type),
        format_count(row.references_last),
        format_count(row.explained),
        format_count(row.unexplained),
        f"{row.references_first}→{row.references_last} {trend(row)}",
        place(row.frame),
    ]
