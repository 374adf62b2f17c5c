"""Rulings in words: a limit, and the figure it was held against."""

from memprof.gate import budget
from memprof.gate import limit as units
from memprof.gate.baseline import Change
from memprof.gate.outcome import HOLDS
from memprof.gate.verdict import Compared, Ruling
from memprof.quantity import (
    format_bytes,
    format_count,
    format_duration,
    format_rate,
    format_share,
)
from memprof.report.names import UNKNOWN

WHAT = {
    budget.MAX_RSS: "rss peak",
    budget.MAX_LIVE: "live bytes at the end",
    budget.MAX_PEAK: "peak of live bytes",
    budget.MAX_GROWTH: "growth",
    budget.MAX_SUSPECTS: "suspects",
    budget.MAX_GC_PAUSE: "longest gc pause",
    budget.MAX_GC_SHARE: "share of the run in gc",
    budget.NO_UNCOLLECTABLE: "uncollectable objects",
}


def what(ruling: Ruling) -> str:
    """Return what was measured."""
    words = WHAT[ruling.limit.name]
    if ruling.figure.of and ruling.limit.name == budget.MAX_GROWTH:
        words = f"{words} of {ruling.figure.of}"
    return words if ruling.figure.process is None else f"{words}, process {ruling.figure.process}"


def figures(ruling: Ruling) -> tuple[str, str]:
    """Return the figure and the limit, told apart where they are near each other."""
    value, most, unit = ruling.figure.value, ruling.limit.most, ruling.limit.unit
    texts = amount(value, unit), amount(most, unit)
    if value is not None and texts[0] == texts[1] and value != most:
        texts = _exact(value, unit), _exact(most, unit)
    if ruling.outcome == HOLDS or ruling.figure.gap is None:
        return texts
    if ruling.figure.gap.kind == "unsteady":
        return f"about {texts[0]}", texts[1]
    # That there are at least none says nothing.
    sure = ruling.figure.sure
    return f"at least {amount(sure, unit)}" if sure else "unknown", texts[1]


def sentence(ruling: Ruling) -> str:
    """Return the ruling with both numbers: `rss peak 312 MiB, limit 300 MiB`."""
    value, most = figures(ruling)
    return f"{what(ruling)} {value}, limit {most}"


def compared(found: Compared) -> str:
    """Return what came of the baseline in a sentence."""
    return f"suspects {counted(found)}, {found.known:,} as in the baseline"


def counted(found: Compared) -> str:
    """Return how many suspects the baseline does not allow."""
    new = sum(change.known is None for change in found.changes)
    return f"{new:,} new, {len(found.changes) - new:,} grown"


def change(found: Change) -> str:
    """Return how a suspect is not as the baseline knows it."""
    if found.known is None:
        return "new: not in the baseline"
    unit = budget.STATS[found.stat]
    now, was = (amount(getattr(entry, found.stat), unit) for entry in (found.now, found.known))
    noun = "objects or blocks, " if found.stat == "count" else ""
    return f"grew: {now} {noun}in the baseline {was}, with the tolerance {amount(found.most, unit)}"


def amount(value: float | None, unit: str) -> str:
    """Return *value* in *unit* for people."""
    if value is None:
        return UNKNOWN
    if unit in {units.COUNT, units.FORBIDDEN}:
        return format_count(int(value))
    return _FORMAT[unit](value)


def _exact(value: float, unit: str) -> str:
    """Return *value* with so many figures that it differs from another."""
    if unit == units.SHARE:
        return f"{value * 100:.6f} %"
    suffix = {units.BYTES: " B", units.BYTES_PER_MIN: " B/min", units.DURATION: " ns"}
    return f"{value:,.0f}{suffix.get(unit, '')}"


_FORMAT = {
    units.BYTES: format_bytes,
    units.BYTES_PER_MIN: format_rate,
    units.DURATION: format_duration,
    units.SHARE: format_share,
}
