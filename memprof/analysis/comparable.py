"""Comparable: what two captures differ in that their figures depend on."""

from dataclasses import dataclass

from memprof.analysis.holdings import Side
from memprof.analysis.moments import END
from memprof.analysis.run import python, tracing_lost
from memprof.model.facts import Facts

PROGRAM, PYTHON, PLATFORM, ENGINE, SAMPLE, DEPTH = (
    "program",
    "python",
    "platform",
    "engine",
    "sample",
    "depth",
)
INCOMPLETE, DAMAGED, LOST, ALIKE = "incomplete", "damaged", "tracing lost", "alike"

_SPOILS = frozenset({PYTHON, PLATFORM, ENGINE, SAMPLE})
"""Where these differ, so do bytes of the same objects."""


@dataclass(frozen=True, slots=True)
class Remark:
    """
    Something to know before comparing; `what` is one of the words above.

    `old` and `new` are what it is on either side, None where there is nothing
    to say; what concerns all of one and the `same` capture stands in `old`.
    """

    what: str
    old: object
    new: object
    same: bool = False

    @property
    def spoils(self) -> bool:
        """Say whether figures of the two are not comparable to the byte."""
        return self.what in _SPOILS


def remarks(old: Side, new: Side) -> tuple[Remark, ...]:
    """Return what is to be known of *old* and *new* side by side."""
    settings = zip(_WORDS, _settings(old.facts), _settings(new.facts), strict=True)
    found = [Remark(what, value, other) for what, value, other in settings if value != other]
    if any(one.what == SAMPLE for one in found):
        # That the engines differ is no more news.
        found = [one for one in found if one.what != ENGINE]
    same = old.facts is new.facts
    for what, value, other in zip(
        (INCOMPLETE, DAMAGED, LOST, ALIKE), _losses(old), _losses(new), strict=True
    ):
        if value is None and other is None:
            continue
        if same and what != ALIKE:
            found.append(Remark(what, other if value is None else value, None, same=True))
        else:
            found.append(Remark(what, value, other, same=same))
    return tuple(found)


_WORDS = (PROGRAM, PYTHON, PLATFORM, ENGINE, SAMPLE, DEPTH)


def _settings(facts: Facts) -> tuple[object, ...]:
    """Return what may differ from one run to another, in the order of its words."""
    interpreter, settings = facts.run.interpreter, facts.run.settings
    return (
        facts.run.target,
        f"{interpreter.implementation} {python(interpreter)}",
        interpreter.platform,
        settings.engine,
        settings.sample_bytes,
        settings.depth,
    )


def _losses(side: Side) -> tuple[object, ...]:
    """Return what the capture of *side* lacks, None where it lacks nothing."""
    facts, lost = side.facts, tracing_lost(side.facts.run)
    at_end = side.moment.word == END
    return (
        None if facts.run.complete or not at_end else facts.snapshots[-1].at_ns,
        (facts.run.damaged_records + facts.run.lost_records) or None,
        None if lost is None or not at_end else lost.at_ns,
        side.moment.alike if side.moment.alike > 1 else None,
    )
