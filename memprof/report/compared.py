"""
The document of a comparison: one JSON object, whole, for other programs to read.

Keys keep their meaning as long as the format keeps its number; new ones may
join.  Sizes are bytes, times seconds, null what is unknown.
"""

from collections.abc import Sequence

from memprof.analysis.compared import DURATION, Compared, Figure
from memprof.analysis.diff import Diff
from memprof.analysis.differences import Totals
from memprof.analysis.holdings import OF_BLOCKS, Side
from memprof.report import differences, remarks
from memprof.report.sites import Row, seconds

FORMAT = "memprof-diff/1"


def build(found: Diff) -> Row:
    """Return the object that `memprof diff --json` prints."""
    rows = found.found
    return {
        "format": FORMAT,
        "old": _side(found.old),
        "new": _side(found.new),
        "comparable": found.comparable,
        "remarks": remarks.document(found),
        "by": rows.by,
        "totals": _totals(rows.by, rows.totals),
        "untracked_left_out": rows.untracked_left_out,
        "rows": [differences.document(rows.by, row) for row in rows.rows],
        "process": [_figure(one) for one in found.process],
        "generations": [_compared("generation", row) for row in found.generations],
        "pools": {
            "totals": [_figure(one) for one in found.pools],
            "size_classes": [_compared("size_bytes", row) for row in found.size_classes],
        },
    }


def _side(side: Side) -> Row:
    """Return which capture, at which moment."""
    run, moment = side.facts.run, side.moment
    return {
        "path": run.path,
        "target": run.target,
        "python": run.interpreter.version,
        "implementation": run.interpreter.implementation,
        "free_threaded": run.interpreter.free_threaded,
        "platform": run.interpreter.platform,
        "engine": run.settings.engine,
        "sample_bytes": run.settings.sample_bytes,
        "depth": run.settings.depth,
        "complete": run.complete,
        "at": moment.word,
        "at_s": seconds(moment.at_ns),
    }


def _totals(by: str, totals: Totals) -> Row:
    """Return what the rows add up to."""
    counted = "blocks" if by in OF_BLOCKS else "objects"
    found: Row = {}
    if by in OF_BLOCKS:
        found |= {
            "before_bytes": totals.before_bytes,
            "after_bytes": totals.after_bytes,
            "growth_bytes": totals.growth_bytes,
        }
    found |= {
        f"before_{counted}": totals.before_count,
        f"after_{counted}": totals.after_count,
        f"growth_{counted}": totals.growth_count,
        "unknown_rows": totals.unknown,
    }
    for part in totals.parts:
        row: Row = {"rows": part.rows}
        if by in OF_BLOCKS:
            row["growth_bytes"] = part.growth_bytes
        found[part.change] = row | {f"growth_{counted}": part.growth_count}
    return found


def _figure(one: Figure) -> Row:
    """Return one figure before and after."""
    return {
        "name": one.name,
        "unit": "s" if one.unit == DURATION else one.unit,
        "before": _value(one, one.before),
        "after": _value(one, one.after),
        "growth": _value(one, one.growth),
    }


def _value(one: Figure, value: int | None) -> float | None:
    """Return a *value* of the figure *one*, durations in seconds."""
    return seconds(value) if one.unit == DURATION else value


def _compared(title: str, row: Compared) -> Row:
    """Return one generation or size class by its *title*."""
    return {title: row.name, "figures": _figures(row.figures)}


def _figures(figures: Sequence[Figure]) -> list[Row]:
    """Return *figures* in their order."""
    return [_figure(one) for one in figures]
