"""Judging: a test is called again before anything is said against it."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from memprof.agent.tally import Tally, collect_young, collected, others
from memprof.agent.tracing import Tracing
from memprof.analysis import verdicts
from memprof.analysis.allowed import exceeds
from memprof.analysis.rounds import Growth
from memprof.exact.growth import measure
from memprof.quantity import format_bytes
from memprof.report import repeat
from memprof.report.tested import LIMIT
from memprof.testing.again import Failed
from memprof.testing.asked import Asked

_LOOKS = 3
_FEWEST_CALLS = 17
"""Calls without which nothing can be said: two to see how long they take, and two sets."""

Call = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one test: a `verdict`, a `note`, and `failure` where it fails for it."""

    verdict: str = ""
    note: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What there is to ask of a test: whether it `grows`, whether it `takes` too much."""

    test: str
    asked: Asked
    grows: bool
    takes: bool
    limit_s: float


def judge(again: Call, question: Question, tally: Tally) -> Judged:
    """Answer the *question* by calling the test *again*."""
    asked = question.asked
    judged = Judged()
    try:
        if question.takes and asked.limit_bytes is not None:
            judged = takes(again, asked.limit_bytes, tally)
        if question.grows and not judged.failure:
            if not asked.exactly and not keeps(again, tally):
                return Judged(verdicts.CLEAN)
            judged = growth(again, asked, question.test, question.limit_s)
    except Failed as failed:
        return Judged(verdicts.INCONCLUSIVE, f"called again it {failed}")
    return judged


def keeps(again: Call, tally: Tally) -> bool:
    """
    Say whether the test may keep something each time; call it a few times to see.

    One call that leaves nothing is enough to say no: then the first one filled what stays,
    a cache or a module.
    """
    grew = False
    for look in range(_LOOKS):
        # The first look costs little; for those it does not acquit everything is collected.
        collect: Callable[[], object] = gc.collect if look else collect_young
        collect()
        before, held, looks = tally.live(), others(), collected()[1]
        again()
        collect()
        after, disturbed = tally.live(), not look and collected()[1] != looks
        more = any(now > then for now, then in zip(others(), held, strict=True))
        if after == before and not more and not disturbed:
            return False
        grew = grew or more or after > before
    return grew


def growth(again: Call, asked: Asked, name: str, limit_s: float) -> Judged:
    """Call the test in rounds, and say what comes of it."""
    began = perf_counter()
    again()
    took_s = perf_counter() - began
    if took_s * _FEWEST_CALLS > limit_s:
        note = f"it takes {took_s:.1f} s, too long to be called {_FEWEST_CALLS} times"
        return Judged(verdicts.INCONCLUSIVE, note)
    found = measure(again, calls=asked.calls, limit_s=limit_s, name=name)
    return of_growth(found, asked)


def of_growth(found: Growth, asked: Asked) -> Judged:
    """Return what is said of a test that was *found* to grow, or not."""
    if asked.growth is not None and exceeds(found, asked.growth, asked.ignored):
        return Judged(found.verdict, failure=repeat.text(found))
    if found.accuses:
        return Judged(found.verdict, "allowed by the test's marker or the ini file")
    note = repeat.lines(found)[0] if found.verdict == verdicts.INCONCLUSIVE else ""
    return Judged(found.verdict, note)


def takes(again: Call, limit_bytes: int, tally: Tally) -> Judged:
    """
    Call the test once more and say whether it takes more than *limit_bytes*.

    What its first call took for what is imported and filled is not the test's.
    """
    gc.collect()
    if tally.exact and tally.began:
        tally.peak()
        before = tally.live()
        again()
        most = (tally.peak() or before) - before
    else:
        with Tracing() as tracing:
            again()
            tracing.end()
        if tracing.peak_bytes is None:
            return Judged(verdicts.INCONCLUSIVE, "tracemalloc was on, and its peak was higher")
        most = tracing.peak_bytes
    if most <= limit_bytes:
        return Judged()
    limit = format_bytes(limit_bytes)
    return Judged(LIMIT, failure=f"{LIMIT}: it takes {format_bytes(most)}, and may take {limit}\n")
