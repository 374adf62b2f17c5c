"""Judging: a test is called again before anything is said against it."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from memprof.agent.clearing import clear_caches
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

_LOOKS, _QUICK_LOOKS, _FEW, _NOTHING = 9, 3, 3, 2
_CALLS = 12
"""Calls of a round, where nobody said how many: that many looks have told already."""

_FEWEST_CALLS = 17
"""Calls without which nothing can be said: two to see how long they take, and two sets."""

_UNSURE = "it still grows, but not at the pace of a leak, or too little was seen"
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

    Two calls that leave nothing are enough to say no: then the others filled what stays,
    a cache or a module.  So are a few together that leave nothing: what comes with one and
    goes with another is no leak.
    """
    gained: list[int] = []
    for look in range(_LOOKS):
        # To collect everything costs more than most tests: only what is not acquitted at once.
        collect = collect_young if look < _QUICK_LOOKS else _clear
        collect()
        before, held, full = tally.live(), others(), collected()[1]
        again()
        disturbed = collected()[1] != full and look < _QUICK_LOOKS
        collect()
        gained.append(tally.live() - before)
        if disturbed or any(now > then for now, then in zip(others(), held, strict=True)):
            continue
        # One that leaves nothing may be chance: a list that grows moves to where there is room.
        if gained.count(0) == _NOTHING:
            return False
        if look >= _QUICK_LOOKS + _FEW and sum(gained[-_FEW:]) <= 0:
            return False
    return True


def _clear() -> None:
    """Collect everything, and empty the interpreter's own caches, as between rounds."""
    clear_caches()
    gc.collect()


def growth(again: Call, asked: Asked, name: str, limit_s: float) -> Judged:
    """Call the test in rounds, and say what comes of it."""
    began = perf_counter()
    again()
    took_s = perf_counter() - began
    if took_s * _FEWEST_CALLS > limit_s:
        note = f"it takes {took_s:.1f} s, too long to be called {_FEWEST_CALLS} times"
        return Judged(verdicts.INCONCLUSIVE, note)
    found = measure(
        again, calls=asked.calls or (None if asked.exactly else _CALLS), limit_s=limit_s, name=name
    )
    return of_growth(found, asked)


def of_growth(found: Growth, asked: Asked) -> Judged:
    """Return what is said of a test that was *found* to grow, or not."""
    if asked.growth is not None and exceeds(found, asked.growth, asked.ignored):
        return Judged(found.verdict, failure=repeat.text(found))
    if found.accuses:
        return Judged(found.verdict, "allowed by the test's marker or the ini file")
    note = _UNSURE if found.verdict == verdicts.INCONCLUSIVE else ""
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
