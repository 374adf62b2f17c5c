"""The process: resident memory and the parts that add up to it."""

from collections.abc import Sequence

from memprof.analysis.process import ProcessSummary, ResidentParts
from memprof.analysis.run import RunSummary
from memprof.quantity import format_bytes, format_count, format_count_growth, format_growth
from memprof.report.names import moment
from memprof.report.prose import heading, paragraph
from memprof.report.run import ending
from memprof.report.table import name, number, table

_QUESTION = "How much memory does the operating system count, and what is it made of?"
_COLUMNS = (name(""), number("last"), number("growth"), number("peak"))
_UNITS = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))
_PLACES = 10
"""Parts are shown in tenths of a unit."""


def lines(process: ProcessSummary, run: RunSummary, *, of_root: bool = False) -> list[str]:
    """Return the section; where it is *of_root* there are other processes, and it says so."""
    text = heading("Process", _QUESTION)
    whose = f"Of the root, {run.pid}: resident" if of_root else "Resident"
    text += paragraph(
        f"{whose} memory first {format_bytes(process.rss_first_bytes)}, peak"
        f" {format_bytes(process.rss_peak_bytes)}, last {format_bytes(process.rss_last_bytes)};"
        f" the process ended: {ending(run)}."
    )
    text += table(_COLUMNS, _rows(process))
    return text + _closer(process) + _parts(process)


def added_up(total: int, parts: Sequence[int], unit: int) -> tuple[int, list[int]]:
    """
    Return *total* and *parts*, in tenths of *unit*, so that they still add up.

    *parts* sum to *total* exactly; each on its own rounded would not.  The
    parts nearest to the next tenth are rounded up, as many as it takes: none
    is off by a tenth or more.
    """
    floors = [part * _PLACES // unit for part in parts]
    shown = round(total * _PLACES / unit)
    short = shown - sum(floors)
    nearest = sorted(range(len(parts)), key=lambda place: (-(parts[place] * _PLACES % unit), place))
    for place in nearest[: max(short, 0)]:
        floors[place] += 1
    return shown, floors


def _rows(process: ProcessSummary) -> list[list[str]]:
    """Return the rows of the table: last, growth, peak."""

    def sizes(title: str, last: int | None, growth: int | None, peak: str = "") -> list[str]:
        return [title, format_bytes(last), format_growth(growth), peak]

    p = process
    return [
        sizes("RSS", p.rss_last_bytes, p.rss_growth_bytes, format_bytes(p.rss_peak_bytes)),
        sizes("USS, this process alone", p.uss_bytes, p.uss_growth_bytes),
        sizes("PSS, its share of what is shared", p.pss_bytes, p.pss_growth_bytes),
        sizes(
            "Python heap, live since tracing began",
            p.python_live_bytes,
            p.python_growth_bytes,
            format_bytes(p.python_peak_bytes),
        ),
        sizes("pymalloc idle", p.pymalloc_idle_bytes, p.pymalloc_idle_growth_bytes),
        sizes("native heap in use", p.native_used_bytes, p.native_used_growth_bytes),
        sizes("native heap free but held", p.native_held_bytes, p.native_held_growth_bytes),
        [
            "descriptors",
            format_count(p.descriptors),
            format_count_growth(p.descriptors_growth),
            "",
        ],
        ["threads", format_count(p.threads), format_count_growth(p.threads_growth), ""],
    ]


def _closer(process: ProcessSummary) -> list[str]:
    """Return what USS and PSS were when they were last looked at, where RSS was seen later."""
    look = process.closer
    if look is None:
        return []
    return paragraph(
        f"USS and PSS were last looked at {moment(look.at_ns)} into the run:"
        f" {format_bytes(look.uss_bytes)} and {format_bytes(look.pss_bytes)}, when RSS was"
        f" {format_bytes(look.rss_bytes)}."
    )


def _parts(process: ProcessSummary) -> list[str]:
    """Return the lines that add up, now and grown, or why there are none."""
    if process.parts is None:
        return paragraph(
            "What RSS is made of: n/a, no snapshot saw resident memory, pymalloc and the"
            " native heap together."
        )
    text = paragraph(
        f"At {moment(process.parts.at_ns)}: {_sum('RSS', process.parts)}", hanging="    "
    )
    if process.parts_growth is not None:
        growth = _sum("RSS growth", process.parts_growth)
        text += paragraph(f"In {moment(process.parts_growth.at_ns)}: {growth}", hanging="    ")
    return text


def _sum(title: str, parts: ResidentParts) -> str:
    """Return one line that adds up: `RSS 48.2 MiB = pymalloc blocks 20.1 + …`."""
    named = _named(parts)
    word, unit = unit_of(parts.rss_bytes, [size for _, size in named])
    total, shown = added_up(parts.rss_bytes, [size for _, size in named], unit)
    text = f"{title} {in_tenths(total)} {word} ="
    for place, ((part, _), tenths) in enumerate(zip(named, shown, strict=True)):
        sign = "-" if tenths < 0 else "+" if place else ""
        text += (
            f" {sign} {part} {in_tenths(abs(tenths))}" if sign else f" {part} {in_tenths(tenths)}"
        )
    return f"{text}."


def _named(parts: ResidentParts) -> list[tuple[str, int]]:
    """Return each part with its name; the last is what remains."""
    named = [
        ("pymalloc blocks", parts.pymalloc_used_bytes),
        ("pymalloc idle", parts.pymalloc_idle_bytes),
        ("native in use", parts.native_used_bytes),
        ("native free but held", parts.native_held_bytes),
        ("memprof's tracing tables", parts.tracing_bytes),
    ]
    if parts.file_bytes is not None:
        named.append(("file-backed", parts.file_bytes))
    if parts.rest_bytes < 0:
        rest = "reserved but not touched"
    elif parts.file_bytes is None:
        rest = "rest (file-backed, stacks, static data, other maps)"
    else:
        rest = "rest (stacks, static data, other maps)"
    return [*named, (rest, parts.rest_bytes)]


def unit_of(total: int, parts: Sequence[int]) -> tuple[str, int]:
    """Return the unit in which the largest figure has at least one whole."""
    largest = max(abs(total), *map(abs, parts), 0)
    return next((one for one in _UNITS if largest >= one[1]), _UNITS[-1])


def in_tenths(number: int) -> str:
    """Return *number* of tenths: `20.1`."""
    sign = "-" if number < 0 else ""
    return f"{sign}{abs(number) // _PLACES:,}.{abs(number) % _PLACES}"
