"""Accusing: a test that seems to keep something each time is called in rounds, and told why."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from memprof.analysis import verdicts
from memprof.analysis.allowed import exceeds
from memprof.analysis.rounds import Growth, traced_bytes
from memprof.exact.growth import measure
from memprof.report import repeat
from memprof.testing.asked import Asked
from memprof.testing.judged import Judged

_CALLS = 12
"""Calls of a round, where nobody said how many: that many looks have told already."""

_FEWEST_CALLS = 17
"""Calls without which nothing can be said: two to see how long they take, and two sets."""

_UNSURE = "it still grows, but not at the pace of a leak, or too little was seen"


def growth(again: Callable[[], None], asked: Asked, name: str, limit_s: float) -> Judged:
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


def _failed(found: Growth) -> Judged:
    """Return what is said of a test that fails for its growth: of what grew, the first."""
    judged = Judged(found.verdict, failure=repeat.text(found))
    if not found.strengths:
        return judged
    figure, traced = found.strengths[0].figure, found.facts.traced
    kind = figure.type
    return replace(
        judged,
        figure=figure.what if kind is None else f"{kind.module}.{kind.qualname}",
        per_call=round(found.strengths[0].per_call, 4),
        bytes_per_call=None if traced is None else round(traced_bytes(traced), 1),
    )


def of_growth(found: Growth, asked: Asked) -> Judged:
    """Return what is said of a test that was *found* to grow, or not."""
    if asked.growth is not None and exceeds(found, asked.growth, asked.ignored):
        return _failed(found)
    if found.accuses:
        return Judged(found.verdict, "allowed by the test's marker or the ini file")
    note = _UNSURE if found.verdict == verdicts.INCONCLUSIVE else ""
    return Judged(found.verdict, note)
