"""The run as a whole: how it ended, how much of it was seen, at what cost."""

from collections import Counter
from dataclasses import dataclass

from memprof.model.facts import Facts
from memprof.model.run import Ending, Event, Interpreter, Run, Settings

# After such an event the engine has forgotten what was live: its later figures
# count from that moment on, and would read as if memory had been freed.
_TRACING_LOST = "tracing-"


@dataclass(frozen=True, slots=True)
class SkipCount:
    """How many snapshots were due and not taken, for one `reason`."""

    reason: str
    skips: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """
    What a reader must know before reading any table.

    `overhead_share` is memprof's own work over the duration, None where
    either is unknown.  `tracing_lost` is the event after which allocation
    figures say nothing.
    """

    path: str
    target: str
    pid: int
    interpreter: Interpreter
    settings: Settings
    started_unix_s: float
    duration_ns: int
    ending: Ending
    complete: bool
    snapshots: int
    checkpoints: tuple[str, ...]
    last_snapshot_at_ns: int | None
    overhead_ns: int
    overhead_share: float | None
    skips: tuple[SkipCount, ...]
    damaged_records: int
    lost_records: int
    agent_errors: tuple[str, ...]
    events: tuple[Event, ...]
    tracing_lost: Event | None
    argv: tuple[str, ...] | None = None


def summarise(facts: Facts) -> RunSummary:
    """Return what *facts* say of the run as a whole."""
    run, snapshots = facts.run, facts.snapshots
    return RunSummary(
        path=run.path,
        target=run.target,
        pid=run.pid,
        interpreter=run.interpreter,
        settings=run.settings,
        started_unix_s=run.started_unix_s,
        duration_ns=run.duration_ns,
        ending=run.ending,
        complete=run.complete,
        snapshots=len(snapshots),
        checkpoints=tuple(s.name for s in snapshots if s.name is not None),
        last_snapshot_at_ns=snapshots[-1].at_ns if snapshots else None,
        overhead_ns=run.overhead_ns,
        overhead_share=run.overhead_ns / run.duration_ns if run.duration_ns > 0 else None,
        skips=_count_skips(run),
        damaged_records=run.damaged_records,
        lost_records=run.lost_records,
        agent_errors=run.agent_errors,
        events=run.events,
        tracing_lost=tracing_lost(run),
        argv=run.argv,
    )


def python(interpreter: Interpreter) -> str:
    """Return the Python that figures are of: `3.12`, or `3.13t` where it is free-threaded."""
    minor = ".".join(interpreter.version.split(".")[:2])
    return f"{minor}t" if interpreter.free_threaded else minor


def tracing_lost(run: Run) -> Event | None:
    """Return the first event that made the engine forget live blocks, if any."""
    lost = (event for event in run.events if event.what.startswith(_TRACING_LOST))
    return min(lost, key=lambda event: event.at_ns, default=None)


def traced_snapshots(facts: Facts) -> list[int]:
    """Return the indices of the snapshots whose allocation figures are true."""
    lost = tracing_lost(facts.run)
    return [
        index
        for index, snapshot in enumerate(facts.snapshots)
        if snapshot.live_bytes is not None and (lost is None or snapshot.at_ns <= lost.at_ns)
    ]


def _count_skips(run: Run) -> tuple[SkipCount, ...]:
    """Return how many snapshots were skipped for each reason, most first."""
    counts = Counter(skip.reason for skip in run.skips)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(SkipCount(reason, skips) for reason, skips in ordered)
