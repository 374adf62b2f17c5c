"""Budget: all limits, the words they go by, and the one there is where nobody sets any."""

from collections.abc import Iterable

from memprof.gate import limit as grammar
from memprof.gate.limit import Limit, Tolerance

MAX_RSS = "max-rss"
MAX_LIVE = "max-live"
MAX_PEAK = "max-peak"
MAX_GROWTH = "max-growth"
MAX_SUSPECTS = "max-suspects"
MAX_GC_PAUSE = "max-gc-pause"
MAX_GC_SHARE = "max-gc-share"
NO_UNCOLLECTABLE = "no-uncollectable"

UNITS = {
    MAX_RSS: grammar.BYTES,
    MAX_LIVE: grammar.BYTES,
    MAX_PEAK: grammar.BYTES,
    MAX_GROWTH: grammar.BYTES_PER_MIN,
    MAX_SUSPECTS: grammar.COUNT,
    MAX_GC_PAUSE: grammar.DURATION,
    MAX_GC_SHARE: grammar.SHARE,
    NO_UNCOLLECTABLE: grammar.FORBIDDEN,
}
"""Every limit there is, in the order they are told of."""

STATS = {"count": grammar.COUNT, "bytes": grammar.BYTES}
"""What a baseline holds of each suspect, and its tolerances are of."""

TOLERANCES = {stat: Tolerance(stat, 0.25, None, f"{stat}:25%") for stat in STATS}
"""Six runs of one program differed by 1 %; machines under load by more."""

DEFAULT = Limit(MAX_SUSPECTS, grammar.COUNT, 0, "0", "default")
"""What holds where there is no limit at all: a leak is one too many."""


def budget(limits: Iterable[Limit], *, others: bool) -> tuple[Limit, ...]:
    """
    Return *limits* in their order, or the default one where there is none.

    With *others*, of a baseline or of earlier runs, there need be none of these.
    """
    found = {one.name: one for one in limits}
    if not found and not others:
        return (DEFAULT,)
    return tuple(found[name] for name in UNITS if name in found)
