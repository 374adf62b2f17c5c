"""
Verdict: the answer, yes, no or unknown, with every figure it stands on.

What is broken is said even where something else is not known: a failure goes
before no verdict, and no verdict before a pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memprof.analysis.advice import advise
from memprof.analysis.case import Advice, Case
from memprof.analysis.findings import Findings
from memprof.analysis.places import Root
from memprof.analysis.suspect import Suspect
from memprof.gate.baseline import Baseline, Change, Tolerances, changes, fixed, gap, named
from memprof.gate.budget import MAX_GROWTH, MAX_LIVE, MAX_SUSPECTS
from memprof.gate.entry import Entry
from memprof.gate.figures import Figure, Gap, unseen
from memprof.gate.limit import Limit
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE, Decided, worst
from memprof.gate.processes import figure, speed, unseen_children

_OF_SUSPECTS = frozenset({MAX_SUSPECTS, MAX_GROWTH, MAX_LIVE})
"""Limits that are broken by what the suspects are: steady growth."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One limit and the figure it was held against."""

    limit: Limit
    figure: Figure
    outcome: str


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What came of the baseline: what is new or grew, or the `gap` that keeps it from an answer.

    It is `foreign` to a capture of another Python, platform or way of measuring.
    """

    changes: tuple[Change, ...]
    known: int
    gap: Gap | None
    outcome: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Accused:
    """A suspect that broke a limit or the baseline, with the first advice there is."""

    suspect: Suspect
    key: str
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What one capture comes to.

    `findings` is None where the `capture` could not be read, and `trouble`
    says why.  `gap` is why earlier runs set it no limits.  `suppressed`
    suspects count for nothing.
    """

    capture: str
    findings: Findings | None
    rulings: tuple[Ruling, ...]
    compared: Compared | None
    accused: tuple[Accused, ...]
    suppressed: int
    outcome: str
    trouble: str = ""
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Verdict(Decided):
    """The answer on all captures; `fixed` are suspects of the baseline that are gone."""

    judgements: tuple[Judgement, ...]
    fixed: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """
    What a capture is measured by: the limits, and a baseline where there is one.

    `gap` is why limits that were asked for are missing.
    """

    limits: tuple[Limit, ...]
    root: Root
    baseline: Baseline | None
    tolerances: Tolerances
    gap: Gap | None = None


def judge(capture: str, findings: Findings, measure: Measure) -> Judgement:
    """Return what the *findings* of one *capture* come to by *measure*."""
    baseline, rows = measure.baseline, findings.suspects.rows
    compared = None if baseline is None else _compare(findings, measure, baseline)
    keys = [named(row, measure.root, baseline) for row in rows]
    known = set() if baseline is None else {one.key for one in baseline.entries}
    fresh = [key for key in keys if key not in known]
    rulings = tuple(_rule(findings, one, len(fresh)) for one in measure.limits)
    if compared is not None and compared.gap is not None and compared.foreign:
        rulings = tuple(_without_baseline(one, compared.gap) for one in rulings)
    outcomes = [one.outcome for one in rulings] + ([compared.outcome] if compared else [])
    outcomes += [NO_FIGURE] if measure.gap is not None else []
    return Judgement(
        capture=capture,
        findings=findings,
        rulings=rulings,
        compared=compared,
        accused=_accuse(findings, keys, _guilty(fresh, rulings, compared)),
        suppressed=sum(len(one.suspects) for one in findings.suspects.applied.used),
        outcome=worst(outcomes),
        gap=measure.gap,
    )


def unread(capture: str, trouble: str) -> Judgement:
    """Return the judgement on a *capture* that could not be read, as *trouble* says."""
    return Judgement(capture, None, (), None, (), 0, NO_FIGURE, trouble)


def verdict(judgements: Sequence[Judgement], measure: Measure) -> Verdict:
    """Return the one answer on all *judgements*, by *measure*."""
    findings = [one.findings for one in judgements]
    gone: tuple[Entry, ...] = ()
    whole = all(one.compared and one.compared.gap is None for one in judgements)
    if measure.baseline is not None and whole:
        read = [one for one in findings if one is not None]
        gone = fixed(measure.baseline, read, measure.root)
    return Verdict(worst(one.outcome for one in judgements), tuple(judgements), gone)


def _rule(findings: Findings, limit: Limit, counted: int) -> Ruling:
    """Hold *limit* against its figure."""
    found = figure(findings, limit, counted)
    if found.sure is not None and not limit.allows(found.sure):
        return Ruling(limit, found, BROKEN)
    if found.value is None or found.gap is not None:
        return Ruling(limit, found, NO_FIGURE)
    if limit.allows(found.value):
        return Ruling(limit, found, HOLDS)
    grown = speed(findings, found)
    unsure = Gap("unsteady", counts=(grown.growth_bytes, grown.span_ns))
    return Ruling(limit, replace(found, gap=unsure), NO_FIGURE)


def _without_baseline(ruling: Ruling, gap: Gap) -> Ruling:
    """Return *ruling* where nobody can say which suspects the baseline knows."""
    if ruling.limit.name != MAX_SUSPECTS:
        return ruling
    return Ruling(ruling.limit, replace(ruling.figure, gap=gap), NO_FIGURE)


def _compare(findings: Findings, measure: Measure, baseline: Baseline) -> Compared:
    """Hold the suspects of *findings* against the *baseline*."""
    other = gap(baseline, findings.run)
    if other is not None:
        return Compared((), 0, other, NO_FIGURE, foreign=True)
    found, known = changes(baseline, findings, measure.root, measure.tolerances)
    missing = unseen(findings) or unseen_children(findings)
    outcome = BROKEN if found else NO_FIGURE if missing else HOLDS
    return Compared(found, known, missing, outcome)


def _guilty(fresh: Sequence[str], rulings: Sequence[Ruling], compared: Compared | None) -> set[str]:
    """Return the keys of what broke something: of the *fresh* suspects, or a change."""
    changed = {one.key for one in compared.changes} if compared else set()
    broken = {one.limit.name for one in rulings if one.outcome == BROKEN}
    return changed | set(fresh if broken & _OF_SUSPECTS else ())


def _accuse(findings: Findings, keys: Sequence[str], guilty: set[str]) -> tuple[Accused, ...]:
    """Return those suspects whose key, of all *keys* in their order, is *guilty*, with advice."""
    collector, types = findings.debt.collector, findings.types.rows
    found, rows = [], findings.suspects.rows
    for row, key in zip(rows, keys, strict=True):
        if key in guilty:
            known = None if findings.processes is None else findings.processes.advice
            advice = known[row.rank] if known else advise(Case(row, rows, collector, types))
            found.append(Accused(row, key, advice[0] if advice else None))
    return tuple(found)
