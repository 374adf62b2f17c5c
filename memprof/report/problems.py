"""Problems: what broke or is not known, one after the other, for formats of one line each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from memprof.analysis.places import Root
from memprof.gate import budget
from memprof.gate.outcome import BROKEN, NO_FIGURE
from memprof.gate.verdict import Accused, Judgement, Ruling, Verdict
from memprof.report import accused, ruling
from memprof.report.accused import Place

BASELINE, HISTORY, UNREAD = "baseline", "history", "unread"
RULES = {
    **{name: f"The limit {name} holds." for name in budget.UNITS},
    BASELINE: "No suspect is new, and none grew past the baseline.",
    HISTORY: "There are enough earlier runs to judge by.",
    UNREAD: "The capture can be read.",
}
"""Every rule there is, and what it demands."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing to tell of: the `rule`, whether it is `broken` or only not known.

    `place` is a line of the checkout, None where there is none; `target` is
    what was measured, for readers that want a file.  `key` is the same in
    every run and checkout, and no other problem of the verdict has it.
    """

    rule: str
    broken: bool
    title: str
    text: str
    target: str
    key: str
    place: Place | None = None

    @property
    def file(self) -> str:
        """Return the relative path of a file to show it at."""
        return (
            self.target.rpartition("/")[2] or "capture" if self.place is None else self.place.file
        )

    @property
    def line(self) -> int:
        """Return the line in that file, from 1."""
        return 1 if self.place is None else self.place.line


def listed(verdict: Verdict, root: Root) -> list[Problem]:
    """Return the problems of *verdict*: what decides first, in the order of the page."""
    seen: Counter[str] = Counter()
    unique = []
    for problem in (one for judgement in verdict.judgements for one in _of(judgement, root)):
        seen[problem.key] += 1
        again = "" if seen[problem.key] == 1 else f"/{seen[problem.key]}"
        unique.append(replace(problem, key=f"{problem.key}{again}"))
    return sorted(unique, key=lambda problem: not problem.broken)


def _of(one: Judgement, root: Root) -> Iterator[Problem]:
    """Return the problems of one capture: the suspects, then what is not said by them."""
    if one.findings is None:
        yield _unknown(UNREAD, one.trouble, one.capture)
        return
    target = one.findings.run.target
    for found in one.accused:
        yield _suspect(found, one, target, root)
    for each in one.rulings:
        if each.outcome == NO_FIGURE and each.figure.gap is not None:
            text = f"{ruling.sentence(each)}: {ruling.because(each.figure.gap)}"
            yield _unknown(each.limit.name, text, target)
        if each.outcome == BROKEN and each.limit.name != budget.MAX_SUSPECTS:
            yield _limit(each, target)
    if one.gap is not None:
        yield _unknown(HISTORY, ruling.because(one.gap), target)
    if one.compared is not None and one.compared.outcome == NO_FIGURE and one.compared.gap:
        yield _unknown(BASELINE, ruling.because(one.compared.gap), target)


def _suspect(found: Accused, one: Judgement, target: str, root: Root) -> Problem:
    """Return the problem with one suspect."""
    spot = accused.place(found, root)
    return Problem(
        rule=BASELINE if accused.changed(found, one) else budget.MAX_SUSPECTS,
        broken=True,
        title=f"memprof: {found.suspect.verdict}",
        text=accused.sentence(found, one),
        target=target,
        key=found.key,
        place=spot if spot is not None and spot.inside else None,
    )


def _limit(found: Ruling, target: str) -> Problem:
    """Return the problem with one limit that is broken."""
    name, text = found.limit.name, ruling.sentence(found)
    return Problem(name, True, f"memprof: {name}", text, target, f"{name}:{target}")  # noqa: FBT003


def _unknown(rule: str, text: str, target: str) -> Problem:
    """Return the problem with a *rule* of which nobody knows whether it holds."""
    return Problem(rule, False, "memprof: no verdict", text, target, f"{rule}:{target}")  # noqa: FBT003


def outcomes(one: Judgement) -> list[tuple[str, str, str]]:
    """Return (outcome, rule, sentence) of every rule that one capture was held against."""
    told = [(r.outcome, r.limit.name, ruling.sentence(r)) for r in one.rulings]
    if one.compared is not None:
        gap = one.compared.gap if one.compared.outcome == NO_FIGURE else None
        said = ruling.because(gap) if gap is not None else ruling.compared(one.compared)
        told.append((one.compared.outcome, BASELINE, said))
    if one.gap is not None:
        told.append((NO_FIGURE, HISTORY, ruling.because(one.gap)))
    if one.findings is None:
        told.append((NO_FIGURE, UNREAD, one.trouble))
    return told
