"""Problems: what broke or is not known, one after the other, for formats of one line each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from memprof.analysis.places import Root
from memprof.gate import budget
from memprof.gate.outcome import BROKEN, NO_FIGURE
from memprof.gate.verdict import Accused, Judgement, Ruling, Verdict
from memprof.report import accused, gaps, ruling
from memprof.report.accused import Place

BASELINE, HISTORY, UNREAD = "baseline", "history", "unread"
RULES = {
    **{name: f"The limit {name} holds." for name in budget.UNITS},
    BASELINE: "No suspect is new, and none grew past the baseline.",
    HISTORY: "There are enough earlier runs to judge by.",
    UNREAD: "The capture can be read.",
}
"""Every rule there is, and what it demands."""


OF_SUSPECTS = frozenset({budget.MAX_SUSPECTS, BASELINE})
"""Rules that are broken by suspects, each of which is a problem of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    What came of one rule: what is `said` of it, and `why` nobody knows where that is so.

    `earlier` runs may have set it, beside what was set by hand.
    """

    rule: str
    outcome: str
    said: str
    why: str = ""
    earlier: bool = False

    @property
    def name(self) -> str:
        """Return what tells it from every other rule of the capture."""
        return f"{self.rule} {HISTORY}" if self.earlier else self.rule

    @property
    def text(self) -> str:
        """Return all there is to say."""
        return f"{self.said}: {self.why}" if self.why else self.said


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
    for judgement in verdict.judgements:
        # As on the page: of several captures each goes by its name.
        prefix = f"{judgement.capture}: " if len(verdict.judgements) > 1 else ""
        for one in _of(judgement, root):
            seen[one.key] += 1
            again = "" if seen[one.key] == 1 else f"/{seen[one.key]}"
            unique.append(replace(one, key=f"{one.key}{again}", text=f"{prefix}{one.text}"))
    return sorted(unique, key=lambda problem: not problem.broken)


def _of(one: Judgement, root: Root) -> Iterator[Problem]:
    """Return the problems of one capture: the suspects, then what is not said by them."""
    target = one.capture if one.findings is None else one.findings.run.target
    for found in one.accused:
        yield _suspect(found, one, target, root)
    for told in outcomes(one):
        broken = told.outcome == BROKEN
        if told.outcome == NO_FIGURE or (broken and told.rule not in OF_SUSPECTS):
            title = f"memprof: {told.rule if broken else 'no verdict'}"
            key = f"{told.rule}:{target}"
            yield Problem(told.rule, broken, title, told.text, target, key)


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


def outcomes(one: Judgement) -> list[Told]:
    """Return what came of every rule that one capture was held against."""
    if one.findings is None:
        return [Told(UNREAD, NO_FIGURE, one.trouble)]
    told = [_told(each) for each in one.rulings]
    if one.gap is not None:
        told.append(Told(HISTORY, NO_FIGURE, gaps.because(one.gap)))
    if one.compared is not None:
        gap = one.compared.gap if one.compared.outcome == NO_FIGURE else None
        said = gaps.because(gap) if gap is not None else ruling.compared(one.compared)
        told.append(Told(BASELINE, one.compared.outcome, said))
    return told


def _told(found: Ruling) -> Told:
    """Return what came of one limit; one that was not written is of earlier runs."""
    gap = found.figure.gap if found.outcome == NO_FIGURE else None
    return Told(
        rule=found.limit.name,
        outcome=found.outcome,
        said=ruling.sentence(found),
        why="" if gap is None else gaps.because(gap),
        earlier=not found.limit.text,
    )
