"""The answer: the verdict, and a table of suspects with their evidence."""

from memprof.analysis.judged import MIN_SNAPSHOTS
from memprof.analysis.suspects import GROWING, INCONCLUSIVE, Suspect, SuspectTable
from memprof.quantity import (
    format_count_growth,
    format_duration,
    format_growth,
    format_share,
)
from memprof.report.names import UNKNOWN, place, type_name
from memprof.report.prose import bullets, heading, more, paragraph, plural
from memprof.report.table import name, number, path, table

_BARS = "▁▂▃▄▅▆▇█"
_BARS_WIDE = 12
_EXPLAINED = 3
_MENTIONED = 5
_ADVICE = (
    "let it run longer, take snapshots more often (--interval SECONDS), or mark moments that"
    ' should look alike with memprof.checkpoint("name")'
)
_QUESTION = "What keeps growing once the program is warm, and which line allocates it?"
_COLUMNS = (
    number("#"),
    number("growth"),
    number("per second"),
    number("share"),
    number("confidence"),
    name("over time"),
    path("allocated at"),
)


def verdict(found: SuspectTable) -> str:
    """Return the run's verdict as one sentence."""
    if found.verdict == GROWING:
        return f"Verdict: GROWING, {plural(len(found.rows), 'suspect')}."
    if found.verdict == INCONCLUSIVE:
        return f"Verdict: INCONCLUSIVE, {_too_few(found)}. To know more, {_ADVICE}."
    seen = found.sites if found.traced else found.types
    watched = "allocation site or type" if found.traced else "type"
    span = format_duration(seen.times_ns[-1] - seen.times_ns[0])
    return (
        f"Verdict: NO STEADY GROWTH, no {watched} grew steadily over {span}"
        f" ({plural(seen.available, 'snapshot')} after warm-up)."
    )


def lines(found: SuspectTable, top: int) -> list[str]:
    """Return the section: at most *top* suspects, and why the first are."""
    rows = found.rows[:top]
    text = heading("Leak suspects", _QUESTION)
    if not rows:
        text.append("Unknown." if found.verdict == INCONCLUSIVE else "None.")
    text += table(_COLUMNS, [_cells(row) for row in rows])
    text += more(len(found.rows), len(rows), "suspect")
    for row in rows:
        if row.rank <= _EXPLAINED or (row.stack and row.type):
            text += paragraph(f"#{row.rank} {_what(row)}", "  ", "     ")
        if row.rank <= _EXPLAINED:
            text += paragraph(f"{'; '.join(evidence(row))}.", "     ")
    return text + bullets(_notes(found))


def evidence(row: Suspect) -> list[str]:
    """Return why *row* is a suspect, as short sentences without a full stop."""
    trend = row.trend
    found = [
        f"{format_share(row.share)} of all growth in {'bytes' if row.stack else 'objects'}",
        f"{row.judged_on} rise with trend {trend.rising:.2f} of 1 (Z {trend.z:.1f})",
        f"straight to {trend.linearity:.2f} of 1",
        f"deepest fall {format_share(trend.drawdown / trend.growth)} of the growth",
    ]
    if trend.first_half > 0:
        ratio = trend.second_half / trend.first_half
        found.append(f"second half grew {ratio:.2f} times as much as the first")
    if row.kept_share < 1:
        found.append(f"{format_share(row.kept_share)} of the growth was still there at the end")
    return found


def sparkline(series: tuple[int, ...], wide: int = _BARS_WIDE) -> str:
    """Return *series* as at most *wide* bars, lowest to highest."""
    last, shown = len(series) - 1, min(wide, len(series))
    if shown < 2:
        return ""
    picked = [series[round(step * last / (shown - 1))] for step in range(shown)]
    low, span = min(picked), max(max(picked) - min(picked), 1)
    return "".join(_BARS[(value - low) * (len(_BARS) - 1) // span] for value in picked)


def _cells(row: Suspect) -> list[str]:
    """Return the cells of one suspect."""
    if row.growth_bytes is None:
        growth = format_count_growth(row.growth_objects)
        speed = UNKNOWN if row.objects_per_s is None else f"{row.objects_per_s:+,.1f}"
    else:
        growth, speed = format_growth(row.growth_bytes), format_growth(row.bytes_per_s)
    return [
        str(row.rank),
        growth,
        speed,
        format_share(row.share),
        f"{row.confidence:.2f}",
        sparkline(row.series),
        place(row.stack[0]) if row.stack else f"type {type_name(row.type)}",
    ]


def _what(row: Suspect) -> str:
    """Return what grows where, in full: the table may have cut it."""
    if not row.stack:
        text = f"type {type_name(row.type)}: {format_count_growth(row.growth_objects)} objects"
    else:
        text = f"{place(row.stack[0])}: {format_count_growth(row.growth_blocks)} blocks"
        if row.type is not None:
            text += f", {format_count_growth(row.growth_objects)} {type_name(row.type)}"
    return text if row.held_by is None else f"{text}, held by {row.held_by}"


def _too_few(found: SuspectTable) -> str:
    """Return why there is no verdict."""
    seen = found.sites if found.traced else found.types
    return f"only {plural(seen.available, 'snapshot')} after warm-up and {MIN_SNAPSHOTS} are needed"


def _notes(found: SuspectTable) -> list[str]:
    """Return what else to know of how the suspects were found."""
    notes = []
    if found.rows:
        notes.append("Confidence is share of all growth x trend x straightness; not yet a proof.")
    if not found.traced:
        notes.append("The engine was off: types were judged, allocation sites were not.")
    if found.also_growing:
        shown = found.also_growing[:_MENTIONED]
        names = [f"{type_name(o.type)} {format_count_growth(o.growth_objects)}" for o in shown]
        rest = len(found.also_growing) - len(shown)
        tail = f" and {plural(rest, 'other type')}" if rest else ""
        notes.append(
            f"Growing as steadily, most likely inside the suspects: {', '.join(names)}{tail}."
        )
    if found.suppressed:
        left = plural(found.suppressed, "growing site or type", "growing sites or types")
        notes.append(f"{left} left out: the import system and caches of the standard library.")
    return notes
