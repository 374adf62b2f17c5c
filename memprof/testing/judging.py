"""Judging: a test is called again before anything is said against it."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from memprof.agent.clearing import clear_caches
from memprof.agent.tally import others
from memprof.agent.tracing import Tracing
from memprof.analysis import verdicts
from memprof.quantity import format_bytes
from memprof.report.tested import LIMIT
from memprof.testing.again import Failed
from memprof.testing.asked import Asked
from memprof.testing.judged import Judged
from memprof.testing.known import KnownLeaks
from memprof.testing.spans import Spans, grown

_LOOKS, _QUICK_LOOKS, _NOTHING = 9, 3, 2
_DEAR_S = 0.02
"""What it costs a suite to fill the interpreter's caches anew, at most."""

Call = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What there is to ask of a test: whether it `grows`, whether it `takes` too much."""

    test: str
    asked: Asked
    grows: bool
    takes: bool
    limit_s: float


def judge(again: Call, question: Question, spans: Spans, known: KnownLeaks) -> Judged:
    """Answer the *question* by calling the test *again*, unless its leak is *known*."""
    asked = question.asked
    judged = Judged()
    try:
        if question.takes and asked.limit_bytes is not None:
            judged = takes(again, asked.limit_bytes, spans)
        if question.grows and not judged.failure:
            if not asked.exactly and not keeps(again, spans):
                return Judged(verdicts.CLEAN)
            if asked == Asked() and (same := known.of(question.test, spans)) is not None:
                return same
            # Most suites have nobody to accuse: what that takes is half of all there is to load.
            from memprof.testing.accusing import growth

            judged = growth(again, asked, question.test, question.limit_s)
            if judged.failure and not asked.exactly:
                known.add(question.test, judged.verdict, spans)
                judged = replace(judged, blocks_per_call=spans.blocks_per_call())
    except Failed as failed:
        return Judged(verdicts.INCONCLUSIVE, f"called again it {failed}")
    return judged


def keeps(again: Call, spans: Spans) -> bool:
    """
    Say whether the test may keep something each time; call it once to see, or a few times.

    A leak leaves something of each call, and it stays.  So a call of which nothing is left
    says no: what others left was imported, filled a cache or took the place of what
    was there before.
    """
    tally = spans.tally
    for look in range(_LOOKS):
        held = others()
        began = perf_counter()
        spans.count(again)
        if tally.left(spans.numbers[-1]):
            # The suite would fill them anew: for a quick test it is called once more first.
            if look >= _QUICK_LOOKS or perf_counter() - began > _DEAR_S:
                clear_caches()
            tally.tidy(gc.collect if look == _LOOKS - 1 else None)
        if grown(held):
            continue
        empty = sum(not tally.left(number) for number in spans.numbers)
        # Of a net count one may be chance.
        if empty >= (1 if tally.exact else _NOTHING):
            return False
    return True


def takes(again: Call, limit_bytes: int, spans: Spans) -> Judged:
    """
    Call the test once more and say whether it takes more than *limit_bytes*.

    What its first call took for what is imported and filled is not the test's.
    """
    gc.collect()
    if spans.tally.exact:
        spans.count(again)
        most: int = spans.tally.most()
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
    return Judged(
        LIMIT,
        failure=f"{LIMIT}: it takes {format_bytes(most)}, and may take {limit}\n",
        figure="peak",
        bytes_per_call=most,
    )
