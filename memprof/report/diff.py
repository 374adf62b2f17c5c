"""The page of a comparison: what changed first, then row by row, then the process."""

from collections.abc import Sequence

from memprof.analysis import compared
from memprof.analysis.compared import Compared, Figure
from memprof.analysis.diff import Diff, Rows
from memprof.analysis.differences import Totals
from memprof.analysis.holdings import Side
from memprof.analysis.moments import END, PEAK
from memprof.quantity import (
    format_bytes,
    format_count,
    format_count_growth,
    format_duration,
    format_growth,
)
from memprof.report import differences
from memprof.report.names import moment
from memprof.report.process import added_up, in_tenths, unit_of
from memprof.report.prose import bullets, heading, more, paragraph, plural
from memprof.report.remarks import sentences
from memprof.report.table import Column, name, number, table

_PROCESS = {
    compared.RSS: "RSS",
    "rss peak": "RSS, peak until then",
    compared.LIVE: "Python heap, live",
    compared.PEAK: "Python heap, peak until then",
    "pymalloc idle": "pymalloc idle",
    "native used": "native heap in use",
    "native held": "native heap free but held",
    "tracing": "memprof's tracing tables",
    "descriptors": "descriptors",
    "threads": "threads",
}
"""Figures on the page; the document has all."""

_COLUMNS = (name(""), number("before"), number("after"), number("growth"))
_SHOWN_CLASSES = 3


def render(found: Diff, top: int | None) -> str:
    """Return the page with at most *top* rows, all where None; every line is safe to print."""
    lines = [*_head(found), *_sum(found.found)]
    lines += bullets(sentences(found))
    lines += differences.lines(found.found, top)
    lines += _process(found.process) + _generations(found.generations)
    lines += _pools(found.pools, found.size_classes)
    return "".join(f"{line}\n" for line in lines)


def _head(found: Diff) -> list[str]:
    """Return which captures these are, and at which moments."""
    old, new = found.old, found.new
    if found.same:
        target = old.facts.run.target
        span = f"from {_moment(old)} to {_moment(new)}"
        return [
            *paragraph(f"memprof diff: {target}, {span}"),
            *paragraph(f"{_recorded(new)}; {new.facts.run.path}."),
        ]
    return [
        *paragraph(f"memprof diff: {new.facts.run.target}"),
        *paragraph(f"Old: {old.facts.run.path}, {_moment(old)}; {_recorded(old)}."),
        *paragraph(f"New: {new.facts.run.path}, {_moment(new)}; {_recorded(new)}."),
    ]


def _moment(side: Side) -> str:
    """Return the moment of *side* in words."""
    at = moment(side.moment.at_ns)
    if side.moment.word == END:
        return f"the end ({at})"
    if side.moment.word == PEAK:
        return f"the peak ({at})"
    return f"checkpoint {side.moment.word} ({at})"


def _recorded(side: Side) -> str:
    """Return the Python and the engine of *side*."""
    run = side.facts.run
    return f"Python {run.interpreter.version}, engine {run.settings.engine}"


def _sum(rows: Rows) -> list[str]:
    """Return the line that adds up."""
    totals = rows.totals
    if totals.before_bytes is None or totals.after_bytes is None:
        what, before = "Objects", format_count(totals.before_count)
        after, total = format_count(totals.after_count), format_count_growth(totals.growth_count)
        parts = [format_count_growth(part.growth_count) for part in totals.parts]
    else:
        what, before = "Live", format_bytes(totals.before_bytes)
        after, (total, parts) = format_bytes(totals.after_bytes), _tenths(totals)
    if not rows.rows:
        return paragraph(f"Nothing changed among {rows.by}s. {what} {before}, before as after.")
    text = f"{what} {before}, then {after}: {total}"
    shown = [
        f"{part.change} {growth} ({plural(part.rows, rows.by)})"
        for part, growth in zip(totals.parts, parts, strict=True)
        if part.rows
    ]
    return paragraph(f"{text} = {', '.join(shown)}.") if shown else paragraph(f"{text}.")


def _tenths(totals: Totals) -> tuple[str, list[str]]:
    """Return the growth and its parts, in tenths of one unit, so that they add up as shown."""
    growth = [part.growth_bytes or 0 for part in totals.parts]
    # In the unit of the sum: parts that nearly cancel must not hide it.
    word, unit = unit_of(sum(growth), [] if sum(growth) else growth)
    total, shown = added_up(sum(growth), growth, unit)
    return f"{_signed(total)} {word}", [f"{_signed(part)} {word}" for part in shown]


def _signed(number_of_tenths: int) -> str:
    """Return tenths with a plus where they are more than none."""
    return ("+" if number_of_tenths > 0 else "") + in_tenths(number_of_tenths)


def _process(figures: Sequence[Figure]) -> list[str]:
    """Return the figures of the process that changed."""
    rows = [
        [_PROCESS[one.name], *_values(one), _growth(one)]
        for one in figures
        if one.changed and one.name in _PROCESS
    ]
    return _section("Process", "What does the operating system see of it?", _COLUMNS, rows)


def _generations(found: Sequence[Compared]) -> list[str]:
    """Return what changed in the collector's work, from the start to the moments."""
    rows = [[str(row.name), *map(_arrow, row.figures)] for row in found if row.changed]
    titles = [figure.name for figure in found[0].figures] if found else []
    columns = [number("gen"), *map(number, titles)]
    return _section("Generations", "What did the collector do until then?", columns, rows)


def _pools(totals: Sequence[Figure], found: Sequence[Compared]) -> list[str]:
    """Return what changed in pymalloc: in all, and in the size classes that changed most."""
    changed = [row for row in found if row.changed]
    rows = [[f"{row.name} B", *map(_arrow, row.figures)] for row in changed[:_SHOWN_CLASSES]]
    if any(one.changed for one in totals):
        arenas, used, idle = totals
        text = f"Arenas {_arrow(arenas)}: used {_arrow(used)}, idle {_arrow(idle)}."
    else:
        text = "How are its blocks spread over the size classes?"
    titles = [figure.name for figure in found[0].figures] if found else []
    columns = [number("block size"), *map(number, titles)]
    if not rows and not any(one.changed for one in totals):
        return []
    text_lines = heading("Pools", text) + table(columns, rows)
    return text_lines + more(len(changed), len(rows), "size class", "size classes")


def _section(
    title: str, question: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> list[str]:
    """Return a section, nothing where nothing changed."""
    return [*heading(title, question), *table(columns, rows)] if rows else []


def _values(figure: Figure) -> tuple[str, str]:
    """Return *figure* before and after."""
    return _value(figure, figure.before), _value(figure, figure.after)


def _value(figure: Figure, value: int | None) -> str:
    """Return one value of *figure* in its unit."""
    if figure.unit == compared.BYTES:
        return format_bytes(value)
    return format_duration(value) if figure.unit == compared.DURATION else format_count(value)


def _growth(figure: Figure) -> str:
    """Return what *figure* gained."""
    if figure.unit == compared.BYTES:
        return format_growth(figure.growth)
    return format_count_growth(figure.growth)


def _arrow(figure: Figure) -> str:
    """Return *figure* before and after in one cell, once where it hardly changed."""
    before, after = _values(figure)
    if before == after:
        in_bytes = figure.changed and figure.unit == compared.BYTES
        return f"{after} ({_growth(figure)})" if in_bytes else after
    return f"{before} → {after}"
