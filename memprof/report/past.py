"""Earlier runs as tables: how each figure went from run to run."""

from collections.abc import Sequence
from statistics import median

from memprof.gate import budget
from memprof.gate.against import MIN_RUNS, RECORDED
from memprof.model.past import Past
from memprof.report.document import written
from memprof.report.names import UNKNOWN
from memprof.report.prose import paragraph, plural
from memprof.report.ruling import WHAT, amount
from memprof.report.sites import Row
from memprof.report.suspects import sparkline
from memprof.report.table import name, number, table

FORMAT = "memprof-history/1"
_WIDE = 30
_STEPS = 1000
_FLAT_SHARE = 0.01
"""Bars from the lowest to the highest would make hills of what is noise."""
_COLUMNS = (name("figure"), number("first"), number("median"), number("last"), name("over runs"))


def render(groups: Sequence[Sequence[Past]]) -> str:
    """Return a table for each of *groups*, runs of one kind, oldest first."""
    lines: list[str] = []
    for runs in groups:
        kind = runs[0].kind
        where = f"{kind.target} on {kind.branch or 'no branch'}, Python {kind.python},"
        how = (
            f"{kind.platform}, engine {kind.engine}, depth {kind.depth}: {plural(len(runs), 'run')}"
        )
        lines += ["", *paragraph(f"{where} {how}")] if lines else paragraph(f"{where} {how}")
        lines += table(_COLUMNS, [_cells(runs, one) for one in RECORDED])
        if len(runs) < MIN_RUNS:
            more = plural(MIN_RUNS - len(runs), "more run")
            lines += paragraph(
                f"  - {more} needed before 'memprof check --against history' judges."
            )
    return "".join(f"{line}\n" for line in lines or ["There are no runs."])


def dumps(groups: Sequence[Sequence[Past]]) -> str:
    """Return *groups* as one JSON object."""
    return written({"format": FORMAT, "kinds": [_group(runs) for runs in groups]})


def _cells(runs: Sequence[Past], figure: str) -> list[str]:
    """Return the row of one *figure*."""
    values = [run.figures[figure] for run in runs if figure in run.figures]
    if not values:
        return [WHAT[figure], UNKNOWN, UNKNOWN, UNKNOWN, ""]
    unit = budget.UNITS[figure]
    shown = [amount(value, unit) for value in (values[0], median(values), values[-1])]
    return [WHAT[figure], *shown, _bars(values)]


def _bars(values: Sequence[float]) -> str:
    """Return *values* as bars, a line where they hardly differ."""
    low, high = min(values), max(values)
    if high - low <= _FLAT_SHARE * max(high, -low):
        return "─" * min(len(values), _WIDE)
    steps = tuple(round((value - low) * _STEPS / (high - low)) for value in values)
    return sparkline(steps, _WIDE)


def _group(runs: Sequence[Past]) -> Row:
    """Return runs of one kind for the document."""
    kind = runs[0].kind
    return {
        "branch": kind.branch,
        "python": kind.python,
        "platform": kind.platform,
        "target": kind.target,
        "engine": kind.engine,
        "depth": kind.depth,
        "runs": [
            {"started_unix_s": run.started_unix_s, "commit": run.commit, "figures": run.figures}
            for run in runs
        ],
    }
