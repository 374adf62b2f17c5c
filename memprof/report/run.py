"""The head of the page: which run this is, how it ended, how much of it was seen."""

import shlex

from memprof.analysis.run import RunSummary
from memprof.model.run import Event
from memprof.quantity import format_bytes, format_duration, format_share
from memprof.report.names import UNKNOWN, moment, signal_name
from memprof.report.prose import bullets, paragraph, plural

_LOSSES = {
    "tracing-stopped": "stopped tracemalloc",
    "tracing-cleared": "cleared tracemalloc's traces",
    "tracing-restarted": "restarted tracemalloc",
}

_REASONS = {
    "budget": "over the budget of memprof's own work",
    "memory": "too little memory was free",
}


def lines(run: RunSummary) -> list[str]:
    """Return the head of the page: two or three lines, and what to be wary of."""
    return [
        *paragraph(f"memprof report: {run.target}"),
        *([] if run.argv is None else paragraph(f"Command: {shlex.join(run.argv)}")),
        *paragraph(f"{_interpreter(run)}, {_settings(run)}; {_ending(run)}."),
        *paragraph(f"{_seen(run)}; {_overhead(run)}."),
        *bullets(warnings(run)),
    ]


def warnings(run: RunSummary) -> list[str]:
    """Return, as sentences, all that makes the figures less than whole."""
    found = [_lost_tracing(run.tracing_lost)] if run.tracing_lost else []
    for skip in run.skips:
        why = _REASONS.get(skip.reason, skip.reason)
        found.append(f"{plural(skip.skips, 'snapshot')} skipped: {why}.")
    if run.damaged_records:
        lost = plural(run.damaged_records, "damaged record")
        found.append(f"{lost} in the capture left out: figures may lack what was in them.")
    if run.lost_records:
        lost = plural(run.lost_records, "record")
        found.append(f"{lost} could not be written: figures may lack what was in them.")
    found += [
        f"A probe of memprof failed and disarmed itself: {text}." for text in run.agent_errors
    ]
    if run.ending.oom_kills:
        kills = plural(run.ending.oom_kills, "process", "processes")
        found.append(f"The kernel killed {kills} in this control group for want of memory.")
    return found + [_other_event(event) for event in run.events if _is_other(event)]


def ending(run: RunSummary) -> str:
    """Return how the target ended."""
    if run.ending.signal is not None:
        return f"killed by {signal_name(run.ending.signal)}"
    if run.ending.code is not None:
        return f"exit status {run.ending.code}"
    return "launcher did not see the end"


def _interpreter(run: RunSummary) -> str:
    """Return the Python that ran the target."""
    name = {"cpython": "Python"}.get(run.interpreter.implementation.lower())
    build = " free-threaded" if run.interpreter.free_threaded else ""
    return f"{name or run.interpreter.implementation} {run.interpreter.version}{build}"


def _settings(run: RunSummary) -> str:
    """Return what was asked for."""
    settings = run.settings
    if settings.engine == "off":
        return "engine off"
    note = f" ({settings.engine_note})" if settings.engine_note else ""
    often = f", a block each {format_bytes(settings.sample_bytes)}" if settings.sample_bytes else ""
    return f"engine {settings.engine}{note}{often}, depth {settings.depth}"


def _ending(run: RunSummary) -> str:
    """Return how long the target ran, how it ended, and whether all of it was seen."""
    text = f"ran {format_duration(run.duration_ns)}, {ending(run)}"
    if run.complete:
        return f"{text}; capture complete"
    return f"{text}; capture incomplete: last snapshot at {moment(run.last_snapshot_at_ns)}"


def _seen(run: RunSummary) -> str:
    """Return how many snapshots there are."""
    text = plural(run.snapshots, "snapshot")
    return f"{text}, {len(run.checkpoints)} of them checkpoints" if run.checkpoints else text


def _overhead(run: RunSummary) -> str:
    """Return what memprof's own work took."""
    share = UNKNOWN if run.overhead_share is None else format_share(run.overhead_share)
    return f"memprof's own work {format_duration(run.overhead_ns)}, {share} of the run"


def _lost_tracing(event: Event) -> str:
    """Return the sentence that says from where allocation figures are void."""
    did = _LOSSES.get(event.what, event.what)
    where = f" at {event.detail}" if event.detail else ""
    return (
        f"The program {did}{where}, {moment(event.at_ns)} into the run: allocation figures"
        " stop there, and what is shown is the state just before."
    )


def _is_other(event: Event) -> bool:
    """Say whether no section tells of *event*."""
    return not event.what.startswith(("tracing-", "gc-"))


def _other_event(event: Event) -> str:
    """Return the sentence of an event that has no section of its own."""
    detail = f" ({event.detail})" if event.detail else ""
    return f"At {moment(event.at_ns)}: {event.what}{detail}."
