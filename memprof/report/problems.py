"""Problems: what broke or is not known, one after the other, for formats of one line each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from memprof.analysis.places import Root
from memprof.gate import budget
from memprof.gate.verdict import BROKEN, HOLDS, NO_FIGURE, Judgement, Ruling, Verdict
from memprof.report import accused, ruling
from memprof.report.accused import Place

BASELINE, UNREAD = "baseline", "unread"
RULES = {
    **{name: f"The limit {name} holds." for name in budget.UNITS},
    BASELINE: "No suspect is new, and none grew past the baseline.",
    UNREAD: "The capture can be read.",
}
"""Every rule there is, and what it demands."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing to tell of: the `rule`, whether it is `broken` or only not known.

    `place` is a file of the checkout, None where there is none.  `key` is the
    same in every run and checkout, and no other problem of the verdict has it.
    """

    rule: str
    broken: bool
    title: str
    text: str
    place: Place | None
    key: str


def listed(verdict: Verdict, root: Root) -> list[Problem]:
    """Return the problems of *verdict*: what decides first, in the order of the page."""
    found = [p for one in verdict.judgements for p in _of(one, root)]
    seen: Counter[str] = Counter()
    unique = []
    for problem in found:
        seen[problem.key] += 1
        again = seen[problem.key]
        key = problem.key if again == 1 else f"{problem.key}/{again}"
        unique.append(
            Problem(problem.rule, problem.broken, problem.title, problem.text, problem.place, key)
        )
    return sorted(unique, key=lambda problem: not problem.broken)


def _of(one: Judgement, root: Root) -> Iterator[Problem]:
    """Return the problems of one capture: the suspects, then the limits of other figures."""
    target = one.capture if one.findings is None else one.findings.run.target
    if one.findings is None:
        yield Problem(UNREAD, False, "memprof: no verdict", one.trouble, None, f"unread:{target}")  # noqa: FBT003
    for found in one.accused:
        spot = accused.place(found, root)
        inside = spot if spot is not None and spot.inside else None
        rule = BASELINE if accused.changed(found, one) else budget.MAX_SUSPECTS
        text = accused.sentence(found, one)
        yield Problem(rule, True, f"memprof: {found.suspect.verdict}", text, inside, found.key)  # noqa: FBT003
    for each in one.rulings:
        if each.outcome == NO_FIGURE or (
            each.outcome == BROKEN and each.limit.name != budget.MAX_SUSPECTS
        ):
            yield _limit(each, target)
    if one.compared is not None and one.compared.outcome == NO_FIGURE and one.compared.gap:
        text = ruling.because(one.compared.gap)
        yield Problem(BASELINE, False, "memprof: no verdict", text, None, f"baseline:{target}")  # noqa: FBT003


def _limit(found: Ruling, target: str) -> Problem:
    """Return the problem with one limit."""
    broken = found.outcome == BROKEN
    text = ruling.sentence(found)
    if not broken and found.figure.gap is not None:
        text = f"{text}: {ruling.because(found.figure.gap)}"
    title = f"memprof: {found.limit.name}" if broken else "memprof: no verdict"
    return Problem(found.limit.name, broken, title, text, None, f"{found.limit.name}:{target}")


def outcomes(one: Judgement) -> list[tuple[str, str, str]]:
    """Return (outcome, rule, sentence) of every rule that one capture was held against."""
    told = [(r.outcome, r.limit.name, ruling.sentence(r)) for r in one.rulings]
    if one.compared is not None:
        gap = one.compared.gap if one.compared.outcome not in {BROKEN, HOLDS} else None
        said = ruling.because(gap) if gap is not None else ruling.compared(one.compared)
        told.append((one.compared.outcome, BASELINE, said))
    if one.findings is None:
        told.append((NO_FIGURE, UNREAD, one.trouble))
    return told
