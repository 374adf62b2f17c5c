"""Generations: the cyclic collector's work, and what the target did to it."""

from memprof.analysis.generations import GenerationRow, GenerationTable
from memprof.model.run import Event
from memprof.quantity import format_count, format_duration, format_share
from memprof.report.names import moment
from memprof.report.prose import bullets, heading
from memprof.report.table import number, table

_QUESTION = (
    "How often did the cyclic collector run, what did it free, and how long did it stop all?"
)
_COLUMNS = (
    number("gen"),
    number("threshold"),
    number("count"),
    number("collections"),
    number("manual"),
    number("collected"),
    number("uncollectable"),
)
_PAUSES = (
    number("gen"),
    number("pauses in all"),
    number("share of the run"),
    number("p50"),
    number("p99"),
    number("max"),
)
_EVENTS = {
    "gc-disabled": "the program disabled the collector",
    "gc-enabled": "the program enabled the collector",
    "gc-frozen": "the program froze its objects: the collector no longer looks at them",
    "gc-unfrozen": "the program unfroze its objects",
    "gc-threshold": "the program set the thresholds",
    "gc-callbacks-cleared": "the program removed memprof's callback; it was put back once",
}
_SHOWN_EVENTS = 8


def lines(found: GenerationTable) -> list[str]:
    """Return the section."""
    text = heading("Generations", _QUESTION)
    if not found.rows:
        text.append("n/a: the collector was not watched.")
    text += table(_COLUMNS, [_cells(row) for row in found.rows])
    text += table(_PAUSES, [_pauses(row) for row in found.rows])
    return text + bullets(_notes(found))


def _cells(row: GenerationRow) -> list[str]:
    """Return the cells of one generation's counts."""
    return [
        str(row.generation),
        format_count(row.threshold),
        format_count(row.count),
        format_count(row.collections),
        format_count(row.manual),
        format_count(row.collected),
        format_count(row.uncollectable),
    ]


def _pauses(row: GenerationRow) -> list[str]:
    """Return the cells of one generation's pauses."""
    return [
        str(row.generation),
        format_duration(row.pause_total_ns),
        format_share(row.pause_share),
        format_duration(row.pause_p50_ns),
        format_duration(row.pause_p99_ns),
        format_duration(row.pause_max_ns),
    ]


def _notes(found: GenerationTable) -> list[str]:
    """Return what the statistics say, and what the target did, as sentences."""
    notes = [
        f"Generation {one.generation}, {one.counter}: memprof saw {format_count(one.seen)},"
        f" gc.get_stats() says {format_count(one.reported)}."
        for one in found.disagreements
    ]
    if not found.checked:
        notes.append("Not cross-checked: gc.get_stats() was not read.")
    elif found.rows and not found.disagreements:
        notes.append("gc.get_stats() agrees with every count.")
    if found.incremental:
        notes.append(
            "This Python collects in increments: automatic ones are reported as generation 1,"
            " and those that free nothing are missing from gc.get_stats()."
        )
    if found.free_threaded:
        notes.append(
            "This Python is free-threaded: every collection is a full one, reported as"
            " generation 0."
        )
    notes += [_event(event) for event in found.events[:_SHOWN_EVENTS]]
    rest = len(found.events) - _SHOWN_EVENTS
    return [*notes, f"… and {rest:,} more changes to the collector."] if rest > 0 else notes


def _event(event: Event) -> str:
    """Return the sentence of one thing the target did to its collector."""
    did = _EVENTS.get(event.what, event.what)
    detail = f" ({event.detail})" if event.detail else ""
    return f"At {moment(event.at_ns)} {did}{detail}."
