"""Figures: what each limit is held against, and why there may be none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from memprof.analysis.findings import Findings
from memprof.analysis.generations import GenerationTable
from memprof.analysis.growth import MIN_GROWTH_BYTES
from memprof.analysis.judged import MIN_SNAPSHOTS
from memprof.analysis.process import ProcessSummary
from memprof.analysis.run import RunSummary
from memprof.analysis.speed import Speed
from memprof.analysis.suspects import SuspectTable
from memprof.gate import budget
from memprof.gate.limit import Limit
from memprof.model.allocations import Frame


@dataclass(frozen=True, slots=True)
class Gap:
    """Why there is no answer: its `kind`, the `names` and `counts` its sentence needs."""

    kind: str
    names: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """
    What was measured: `value`, None where nothing was.

    With a `gap` the value is no more than a least: it can break a limit, not
    keep one.  `least` is what the value surely is, where that is less.  `of`
    says what was measured, where a limit's name leaves that open, and `process` in
    which process of several, by its pid.
    """

    value: float | None
    gap: Gap | None = None
    least: float | None = None
    of: str = ""
    process: int | None = None

    @property
    def sure(self) -> float | None:
        """Return what the value is at the least."""
        return self.value if self.least is None else self.least


@dataclass(frozen=True, slots=True)
class Lone:
    """What a limit is held against, of one process of several."""

    run: RunSummary
    process: ProcessSummary
    suspects: SuspectTable
    speed: Speed
    generations: GenerationTable


Seen: TypeAlias = Findings | Lone


def figure(findings: Seen, limit: Limit, counted: int) -> Figure:
    """Return what *findings* say of *limit*; *counted* are the suspects that count."""
    if limit.name == budget.MAX_SUSPECTS:
        return _suspects(findings, counted)
    return _MEASURED[limit.name](findings)


def hole(run: RunSummary) -> Gap | None:
    """Return why *run* was not seen whole, None where it was."""
    if not run.complete:
        return Gap("torn", counts=(run.last_snapshot_at_ns or 0,))
    if run.damaged_records or run.lost_records:
        return Gap("damaged", counts=(run.damaged_records + run.lost_records,))
    if run.agent_errors:
        return Gap("probe-failed", run.agent_errors[:1])
    return None


def unseen(findings: Seen) -> Gap | None:
    """Return why there may be suspects that nobody saw, None where the run's verdict is on all."""
    looks = findings.suspects.looks
    gap = hole(findings.run) if findings.run.tracing_lost is None else _traced_hole(findings)
    if gap is None and not looks.enough:
        return _few(looks.available, looks.span_ns)
    return gap or doubt(findings.suspects)


def doubt(suspects: SuspectTable) -> Gap | None:
    """Return why what grew is no suspect, and not cleared either, None where all is told."""
    found = suspects.doubts
    if found.untraced_bytes is not None:
        return Gap("untraced", counts=(found.untraced_bytes,))
    if found.filling is not None:
        cache = found.filling.cache
        return Gap("filling", (cache.name,), (cache.size, cache.maxsize or 0))
    if found.unsure is not None:
        row = found.unsure.row
        line = row.caller or (row.stack[0] if row.stack else Frame("", 0, None))
        kind = "" if row.type is None else f"{row.type.module}.{row.type.qualname}"
        counts = (line.line, row.growth_bytes or 0, row.share, row.growth_objects or 0)
        return Gap(found.unsure.kind, (line.file, line.function or "", kind), counts)
    if found.floor is not None:
        line = found.floor.frame or Frame("", 0, None)
        gained = found.floor.growth_bytes
        return Gap("rising", (line.file, line.function or "", ""), (line.line, gained))
    return None


def _few(available: int, span_ns: int) -> Gap:
    """Return that the snapshots judged, so many over that time, are too few or of too little."""
    if available >= MIN_SNAPSHOTS:
        return Gap("part-seen", counts=(span_ns,))
    return Gap("few-snapshots", counts=(available, MIN_SNAPSHOTS))


def _traced_hole(findings: Seen) -> Gap | None:
    """Return why blocks were not followed to the end, None where they were."""
    run = findings.run
    if run.settings.engine == "off":
        return Gap("engine-off")
    if run.tracing_lost is not None:
        return Gap("tracing-lost", counts=(run.tracing_lost.at_ns,))
    return hole(run)


def _rss(findings: Seen) -> Figure:
    """Return the highest resident memory."""
    return _measured(findings.process.rss_peak_bytes, hole(findings.run))


def _live(findings: Seen) -> Figure:
    """Return the live bytes at the end, which only a run that was seen to its end has."""
    gap = _traced_hole(findings)
    return Figure(None, gap) if gap else _measured(findings.process.python_live_bytes, None)


def _peak(findings: Seen) -> Figure:
    """Return the highest live bytes."""
    return _measured(findings.process.python_peak_bytes, _traced_hole(findings))


def _growth(findings: Seen) -> Figure:
    """Return the growth a minute, as far as it can be told from noise."""
    speed, run = findings.speed, findings.run
    if speed.per_min is None or speed.low_per_min is None:
        return Figure(None, _few(speed.available, speed.span_ns))
    gap = hole(run) if run.settings.engine == "off" else _traced_hole(findings)
    # As for suspects: what is not worth a look, falls again or levels off accuses nobody.
    worth = speed.steady and speed.growth_bytes >= MIN_GROWTH_BYTES
    least = speed.low_per_min if worth else min(speed.per_min, 0.0)
    return Figure(speed.per_min, gap, least, speed.of)


def _suspects(findings: Seen, counted: int) -> Figure:
    """Return how many suspects there are."""
    return Figure(counted, unseen(findings), of="" if findings.suspects.traced else "types")


def _pause(findings: Seen) -> Figure:
    """Return the longest pause of the collector; 0 where it never came."""
    pauses = [row.pause_max_ns or 0 for row in findings.generations.rows]
    return _measured(max(pauses, default=None), _collector_hole(findings))


def _share(findings: Seen) -> Figure:
    """Return how much of the run the collector took."""
    shares = [row.pause_share for row in findings.generations.rows]
    known = [share for share in shares if share is not None]
    return _measured(sum(known) if known else None, _collector_hole(findings))


def _uncollectable(findings: Seen) -> Figure:
    """Return how many objects the collector could not free."""
    rows = findings.generations.rows
    missed = [one for one in findings.generations.disagreements if one.counter == "uncollectable"]
    seen = sum(row.uncollectable for row in rows)
    found = max(seen, sum(one.reported for one in missed))
    return _measured(found if rows else None, _collector_hole(findings))


def _collector_hole(findings: Seen) -> Gap | None:
    """Return why some of the collector's work was not seen, None where all was."""
    table = findings.generations
    missed = [one for one in table.disagreements if one.seen < one.reported]
    if missed and not table.incremental:
        most = max(missed, key=lambda one: one.reported - one.seen)
        return Gap("collections-missed", counts=(most.reported - most.seen,))
    return hole(findings.run)


def _measured(value: float | None, gap: Gap | None) -> Figure:
    """Return the figure of a *value*, which may not have been measured."""
    return Figure(value, gap or (Gap("not-measured") if value is None else None))


_MEASURED: dict[str, Callable[[Seen], Figure]] = {
    budget.MAX_RSS: _rss,
    budget.MAX_LIVE: _live,
    budget.MAX_PEAK: _peak,
    budget.MAX_GROWTH: _growth,
    budget.MAX_GC_PAUSE: _pause,
    budget.MAX_GC_SHARE: _share,
    budget.NO_UNCOLLECTABLE: _uncollectable,
}
