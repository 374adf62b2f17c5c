"""
The document: findings as one JSON object, whole, for other programs to read.

Keys keep their meaning as long as the format keeps its number; new ones may
join.  Sizes are bytes, times seconds, null what is unknown.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from memprof.analysis.cycles import CycleRow
from memprof.analysis.findings import Findings
from memprof.analysis.generations import GenerationRow
from memprof.analysis.objects import TypeRow
from memprof.analysis.pools import PoolRow
from memprof.analysis.process import ProcessSummary, ResidentParts
from memprof.analysis.processes import ProcessTable
from memprof.analysis.refcounts import ClassRow, SampleRow
from memprof.analysis.run import RunSummary
from memprof.analysis.suspects import SuspectTable
from memprof.analysis.together import together
from memprof.model.generations import Collection
from memprof.model.process import Resident
from memprof.report import caches, debt, owners, processes, shares, suppressions, suspect
from memprof.report.names import type_name
from memprof.report.refcounts import trend
from memprof.report.sites import Row, collected_site, moments, place, seconds, site

FORMAT = "memprof-report/1"


def build(findings: Findings) -> Row:
    """Return *findings* as the object that `memprof report --json` prints."""
    garbage = [{"type": type_name(r.type), "objects": r.objects} for r in findings.cycles.garbage]
    counts, sites = findings.refcounts, findings.cycles.sites
    deep = findings.run.settings.depth > 1
    return {
        "format": FORMAT,
        "capture": _capture(findings.run),
        "process": _process(findings.process),
        "generations": [_generation(row) for row in findings.generations.rows],
        "generation_disagreements": [asdict(one) for one in findings.generations.disagreements],
        "collections": [_collection(row) for row in findings.cycles.collections],
        "garbage": garbage,
        "cycles": [_cycle(row) for row in findings.cycles.cycles],
        "collected_sites": None if sites is None else [collected_site(s, deep=deep) for s in sites],
        "pools": [_pool(row) for row in findings.pools.rows],
        "types": [_type(row) for row in findings.types.rows],
        "refcounts": [*map(_class, counts.classes), *map(_sample, counts.samples)],
        "allocations": [site(row, deep=deep) for row in findings.allocations.rows],
        "allocation_moments": moments(findings.allocations),
        **suspects(findings.suspects),
        "debt": debt.document(findings.debt),
        "caches": caches.document(findings.caches),
        "owners": owners.document(findings.owners),
        **_tree(findings.processes, deep=deep),
    }


def _tree(found: ProcessTable | None, *, deep: bool) -> Row:
    """Return what there is to say of several processes, nothing of one."""
    if found is None:
        return {}
    return {
        "processes": processes.document(found),
        "processes_together": processes.totals(found),
        "allocations_by_process": shares.document(found, deep=deep),
    }


def dumps(findings: Findings) -> str:
    r"""Return the document as ASCII text; lone surrogates are `\udcXX` in it."""
    return written(build(findings))


def written(document: Row) -> str:
    """Return *document* as ASCII text."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def suspects(found: SuspectTable) -> Row:
    """Return the suspects alone, with the keys they have in the whole."""
    first = {
        row.rank: group.first.rank
        for group in together(found.rows)
        for row in (group.first, *group.others)
    }
    return {
        "format": FORMAT,
        "suspects": [{**suspect.document(row), "group": first[row.rank]} for row in found.rows],
        "verdict": found.verdict,
        "suppressions": suppressions.document(found.applied),
    }


def _capture(run: RunSummary) -> Row:
    """Return what the document says of the run."""
    settings, ending = run.settings, run.ending
    return {
        "path": run.path,
        "python": run.interpreter.version,
        "engine": settings.engine,
        "engine_note": settings.engine_note,
        "sample_bytes": settings.sample_bytes,
        "depth": settings.depth,
        "started": _started(run.started_unix_s),
        "duration_s": seconds(run.duration_ns),
        "exit": {"code": ending.code, "signal": ending.signal, "reason": ending.reason},
        "complete": run.complete,
        "snapshots": run.snapshots,
        "checkpoints": list(run.checkpoints),
        "overhead_s": seconds(run.overhead_ns),
        "target": run.target,
        "argv": None if run.argv is None else list(run.argv),
        "pid": run.pid,
        "implementation": run.interpreter.implementation,
        "free_threaded": run.interpreter.free_threaded,
        "platform": run.interpreter.platform,
        "interval_s": settings.interval_s,
        "cycles": settings.cycles,
        "last_snapshot_s": seconds(run.last_snapshot_at_ns),
        "tracing_lost_s": seconds(run.tracing_lost.at_ns) if run.tracing_lost else None,
        "skipped": {skip.reason: skip.skips for skip in run.skips},
        "damaged_records": run.damaged_records,
        "lost_records": run.lost_records,
        "oom_kills": ending.oom_kills,
        "agent_errors": list(run.agent_errors),
        "events": [
            {"at_s": seconds(event.at_ns), "what": event.what, "detail": event.detail}
            for event in run.events
        ],
    }


def _process(process: ProcessSummary) -> Row:
    """Return what the document says of the process."""
    return {
        "rss_first_bytes": process.rss_first_bytes,
        "rss_peak_bytes": process.rss_peak_bytes,
        "rss_last_bytes": process.rss_last_bytes,
        "uss_bytes": process.uss_bytes,
        "python_live_bytes": process.python_live_bytes,
        "python_peak_bytes": process.python_peak_bytes,
        "pymalloc_idle_bytes": process.pymalloc_idle_bytes,
        "native_used_bytes": process.native_used_bytes,
        "native_held_bytes": process.native_held_bytes,
        "pss_bytes": process.pss_bytes,
        "closer": _closer(process.closer),
        "tracing_bytes": process.tracing_bytes,
        "descriptors": process.descriptors,
        "threads": process.threads,
        "parts": _parts(process.parts),
        "parts_growth": _parts(process.parts_growth),
    }


def _closer(look: Resident | None) -> Row | None:
    """Return the last look that knew USS, where RSS was seen later."""
    if look is None:
        return None
    return {
        "at_s": seconds(look.at_ns),
        "rss_bytes": look.rss_bytes,
        "uss_bytes": look.uss_bytes,
        "pss_bytes": look.pss_bytes,
    }


def _parts(parts: ResidentParts | None) -> Row | None:
    """Return the parts of resident memory, which add up to `rss_bytes`."""
    if parts is None:
        return None
    row: Row = {"at_s": seconds(parts.at_ns), **asdict(parts)}
    del row["at_ns"]
    return row


def _generation(row: GenerationRow) -> Row:
    """Return one generation."""
    return {
        "generation": row.generation,
        "threshold": row.threshold,
        "count": row.count,
        "collections": row.collections,
        "collected": row.collected,
        "uncollectable": row.uncollectable,
        "pause_total_s": seconds(row.pause_total_ns),
        "pause_p50_s": seconds(row.pause_p50_ns),
        "pause_p99_s": seconds(row.pause_p99_ns),
        "pause_max_s": seconds(row.pause_max_ns),
        "pause_share": row.pause_share,
        "manual": row.manual,
    }


def _collection(row: Collection) -> Row:
    """Return one collection that found something."""
    return {
        "at_s": seconds(row.at_ns),
        "generation": row.generation,
        "collected": row.collected,
        "uncollectable": row.uncollectable,
        "pause_s": seconds(row.pause_ns),
        "manual": row.manual,
    }


def _cycle(row: CycleRow) -> Row:
    """Return one type and line of unreachable objects."""
    return {"type": type_name(row.type), "objects": row.objects, **place(row.frame)}


def _pool(row: PoolRow) -> Row:
    """Return one size class."""
    return asdict(row)


def _type(row: TypeRow) -> Row:
    """Return one type."""
    return {
        "type": type_name(row.type),
        "count_first": row.count_first,
        "count_last": row.count_last,
        "growth": row.growth,
        "shallow_bytes": row.shallow_bytes,
        "tracked": row.tracked,
    }


def _class(row: ClassRow) -> Row:
    """Return the references to one class."""
    return {
        "kind": "class",
        "type": type_name(row.type),
        "references_first": row.references_first,
        "references_last": row.references_last,
        "growth": row.growth,
        "instances": row.instances,
    }


def _sample(row: SampleRow) -> Row:
    """Return the references to one sampled object."""
    return {
        "kind": "object",
        "type": type_name(row.type),
        "references_first": row.references_first,
        "references_last": row.references_last,
        "growth": row.growth,
        "explained": row.explained,
        "unexplained": row.unexplained,
        "trend": trend(row),
        "referrers": [type_name(kind) for kind in row.referrer_types],
        "snapshots": row.looks,
        "alive": row.alive,
        **place(row.frame),
    }


def _started(unix_s: float) -> str | None:
    """Return the moment *unix_s* as ISO 8601 in UTC, None where it is no moment."""
    try:
        return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, OSError, ValueError):
        return None
