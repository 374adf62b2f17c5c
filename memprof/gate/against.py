"""Against: the limits that earlier runs set, median and three times their spread."""

from collections.abc import Sequence
from statistics import median

from memprof.analysis.findings import Findings
from memprof.analysis.run import python
from memprof.gate import budget
from memprof.gate.figures import Gap, hole
from memprof.gate.limit import Limit
from memprof.gate.processes import figure
from memprof.model.past import Kind, Past

LAST = 20
"""Runs that are looked at: older ones are of another program."""

MIN_RUNS = 5
"""Fewer have no spread to speak of."""

_SPREADS = 3
_LEAST_SHARE = 0.05
"""Three spreads of figures that hardly vary would forbid what nobody would call a change."""

_KIB = 1024.0
_LEAST = {
    budget.MAX_RSS: 1024 * _KIB,
    budget.MAX_LIVE: 256 * _KIB,
    budget.MAX_PEAK: 256 * _KIB,
    budget.MAX_GROWTH: 256 * _KIB,
}
"""And what is free however small the program: a module more, a page more."""

JUDGED = (
    budget.MAX_RSS,
    budget.MAX_LIVE,
    budget.MAX_PEAK,
    budget.MAX_GROWTH,
    budget.MAX_SUSPECTS,
)
"""What earlier runs limit.  Pauses of the collector swing with the machine: shown, not judged."""

RECORDED = tuple(name for name in budget.UNITS if name != budget.NO_UNCOLLECTABLE)


def kind(findings: Findings, branch: str) -> Kind:
    """Return what earlier runs must be like to say anything of this one."""
    run = findings.run
    return Kind(
        branch=branch,
        python=python(run.interpreter),
        platform=run.interpreter.platform,
        target=run.target,
        engine=run.settings.engine,
        depth=run.settings.depth,
    )


def past(findings: Findings, branch: str, commit: str) -> Past | Gap:
    """Return the run of *findings* as one to remember, or why it is none."""
    gap = hole(findings.run)
    if gap is not None:
        return gap
    figures = {}
    for name in RECORDED:
        found = figure(findings, Limit(name, budget.UNITS[name], 0), len(findings.suspects.rows))
        if found.value is not None and found.gap is None:
            figures[name] = float(found.value)
    run = findings.run
    return Past(kind(findings, branch), run.started_unix_s, run.pid, commit, figures)


def limits(runs: Sequence[Past]) -> tuple[Limit, ...] | Gap:
    """Return the limits that *runs* set, or that they are too few."""
    if len(runs) < MIN_RUNS:
        return Gap("few-runs", counts=(len(runs), MIN_RUNS))
    found = []
    for name in JUDGED:
        values = [run.figures[name] for run in runs if name in run.figures]
        if len(values) >= MIN_RUNS:
            source = f"history, {len(values)} runs"
            found.append(Limit(name, budget.UNITS[name], most(name, values), "", source))
    return tuple(found)


def most(name: str, values: Sequence[float]) -> float:
    """Return the most that the figure called *name* may be after *values*."""
    middle = median(values)
    spread = median(abs(value - middle) for value in values)
    # Memory that fell in earlier runs forbids nobody to stand still.
    allowed = max(middle, 0.0)
    least = max(allowed * _LEAST_SHARE, _LEAST[name]) if name in _LEAST else 0.0
    return allowed + max(_SPREADS * spread, least)
