"""Verdicts made by hand: findings of small runs, held against a few limits."""

from dataclasses import replace
from typing import Any

from memprof.analysis import findings
from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.analysis.suppression import NO_RULES, Rules
from memprof.gate import budget
from memprof.gate.baseline import Baseline
from memprof.gate.limit import Limit, limit
from memprof.gate.verdict import Measure, Verdict, judge, unread, verdict
from support.captures import example_facts
from support.facts import facts

ROOT = Root("/srv", "/srv/work")


def limits(**words: str) -> tuple[Limit, ...]:
    """Return the limits that *words* set: `max_rss="3MiB"`."""
    found = [
        limit(key.replace("_", "-"), text, budget.UNITS, "test") for key, text in words.items()
    ]
    return budget.budget([one for one in found if one], others=False)


def measure(known: Baseline | None = None, /, **words: str) -> Measure:
    """Return a measure of the limits *words* set, the default one where they set none."""
    chosen = () if known is not None and not words else limits(**words)
    return Measure(chosen, ROOT, known, budget.TOLERANCES)


def honest(number: int = 16, **run: Any) -> Findings:  # noqa: ANN401  (fields of the run)
    """Return the findings of a run of *number* seconds in which nothing grows."""
    return _findings(number, [5_000_000] * number, run)


def leaky(
    number: int = 16,
    grown: int = 100_000,
    rules: Rules = NO_RULES,
    **run: Any,  # noqa: ANN401
) -> Findings:
    """Return the findings of a run of *number* seconds that keeps *grown* bytes in each."""
    return _findings(number, [5_000_000 + grown * n for n in range(number)], run, rules)


def hostile(word: str) -> Findings:
    """Return the findings of a leaky run that has *word* in every name."""
    given = example_facts(snapshots=16, word=word)
    run = replace(given.run, lost_records=0, agent_errors=())
    return findings.analyse(replace(given, run=run))


def told(*found: Findings, by: Measure | None = None, trouble: str = "") -> Verdict:
    """Return the verdict on *found*, called 0.memprof and on, and on one unread by *trouble*."""
    chosen = by or measure()
    judged = [judge(f"{n}.memprof", one, chosen) for n, one in enumerate(found)]
    if trouble:
        judged.append(unread(f"{trouble}.memprof", trouble))
    return verdict(judged, chosen)


def _findings(
    number: int, series: list[int], run: dict[str, Any], rules: Rules = NO_RULES
) -> Findings:
    """Return the findings of one site that has *series* bytes."""
    made = facts([series, [1000] * number])
    return findings.analyse(replace(made, run=replace(made.run, **run)), rules)
