"""Judging captures, for `memprof check` and `memprof run --check`, and telling the verdict."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from memprof.analysis.findings import Findings
from memprof.cli import actions, baseline, limit_options, limits, roots, suppressions, trees
from memprof.cli import branch as of_branch
from memprof.cli.limits import Asked
from memprof.cli.report import progress
from memprof.cli.terminal import INTERNAL_ERROR, say, say_bug, say_error
from memprof.errors import MemprofError, UsageError
from memprof.gate import against
from memprof.gate.baseline import Baseline
from memprof.gate.figures import Gap
from memprof.gate.outcome import EXIT_CODES, NO_VERDICT
from memprof.gate.verdict import Judgement, Measure, Verdict, judge, unread, verdict
from memprof.report import check

Compare = Callable[[Findings, Measure], Measure]

Asking = tuple[Measure, Compare | None]
"""What captures are measured by, and what adds to it for each."""

Found = list[tuple[str, Findings | MemprofError]]
"""The name of each capture with its findings, or with why it has none."""


def measure(asked: Asked, known: Baseline | None = None) -> Measure:
    """Return what captures are to be measured by: *asked*, with the baseline read or *known*."""
    if known is None and asked.baseline is not None:
        known = baseline.read(asked.baseline)
    root = roots.of_baseline(asked.baseline)
    return Measure(asked.limits, root, known, asked.tolerances)


def asking(given: Mapping[str, Any]) -> Asking:
    """Return how a run is to be judged at its end, by the options that were *given*."""
    compare = comparer(given)
    return measure(limits.asked(given, alone=compare is None)), compare


def findings_of(captures: Sequence[str], tables: suppressions.Tables) -> Found:
    """Return each of *captures* with its findings, or with why it has none."""
    rules = suppressions.rules(tables)
    found: Found = []
    for capture in captures:
        try:
            with progress(capture) as told:
                found.append((capture, trees.findings_of(capture, rules, told)))
        except MemprofError as error:
            if error.exit_code != EXIT_CODES[NO_VERDICT]:
                raise
            found.append((capture, error))
    return found


def comparer(given: Mapping[str, Any]) -> Compare | None:
    """
    Return what adds the limits to a measure that earlier runs in the history set.

    None where nobody asked, by the options that were *given*; raises UsageError
    for those that nobody would hear.
    """
    against_what, *beside = (given[key] for key in limit_options.AGAINST)
    if against_what is None:
        for name, value in zip(limit_options.AGAINST[1:], beside, strict=True):
            if value is not None:
                message = f"--{name} says nothing without --against history"
                raise UsageError(message, "Add it to judge against earlier runs too.")
        return None
    from memprof.history import store

    path, branch = beside[0] or limit_options.HISTORY, beside[1]
    name = of_branch.name() if branch is None else branch

    def compare(findings: Findings, by: Measure) -> Measure:
        # The first job of all finds no file: that is no earlier run, and no mistake.
        there = os.path.lexists(path)
        kind = against.kind(findings, name)
        runs = store.latest(path, kind, against.LAST + 1) if there else []
        # A run that was added already is not judged against itself.
        run = findings.run
        others = [
            one for one in runs if (one.started_unix_s, one.pid) != (run.started_unix_s, run.pid)
        ]
        found = against.limits(others[-against.LAST :])
        if isinstance(found, Gap):
            return replace(by, gap=found)
        return replace(by, limits=(*by.limits, *found))

    return compare


def judged(found: Found, by: Measure, compare: Compare | None = None) -> Verdict:
    """Return the one verdict on all captures that were *found*, by what *compare* adds too."""
    judgements: list[Judgement] = []
    for capture, one in found:
        if isinstance(one, Findings):
            judgements.append(judge(capture, one, compare(one, by) if compare else by))
        else:
            judgements.append(unread(capture, f"{one}. {one.hint}"))
    return verdict(judgements, by)


def status_of(path: str, tables: suppressions.Tables, judge_by: Asking, *, quiet: bool) -> int:
    """
    Judge the capture at *path* at the end of its run, and say so on stderr unless *quiet*.

    The program has ended: whatever fails now is one line, and its status.
    """
    try:
        found = judged(findings_of([path], tables), *judge_by)
        if not quiet:
            tell(found, say)
    except MemprofError as error:
        say_error(str(error), error.hint)
        return error.exit_code
    except Exception as error:  # noqa: BLE001  (no traceback of ours ever)
        say_bug(error)
        return INTERNAL_ERROR
    return found.exit_code


def tell(found: Verdict, show: Callable[[str], None]) -> None:
    """Write the *found* verdict as text with *show*, and what GitHub Actions reads beside it."""
    root = roots.of_outputs()
    text = check.render(found, root)
    if not actions.is_here():
        show(text)
        return
    show(actions.harmless(text) + actions.annotations(found, root))
    actions.summarise(found, root)
