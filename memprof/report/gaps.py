"""Gaps in words: why there is no figure, and what would give one."""

from collections.abc import Callable

from memprof.gate.figures import Gap
from memprof.model.allocations import Frame
from memprof.quantity import (
    format_bytes,
    format_count,
    format_duration,
    format_growth,
    format_share,
)
from memprof.report.names import place
from memprof.report.prose import plural


def because(gap: Gap) -> str:
    """Return why there is no figure, and what would give one."""
    return "; ".join(filter(None, WORDS[gap.kind](gap)))


def why(gap: Gap) -> str:
    """Return why there is no figure, without what to do about it."""
    return WORDS[gap.kind](gap)[0]


_Words = tuple[str, str]
"""Why there is no figure, and the way out, empty where there is none."""


def _torn(gap: Gap) -> _Words:
    """Return that the run's end was not recorded."""
    last = format_duration(gap.counts[0])
    return (
        f"the capture is torn: its last snapshot is at {last}, and what came then was not seen",
        "let the program end by itself (a handler for SIGTERM that calls sys.exit does)",
    )


def _tracing_lost(gap: Gap) -> _Words:
    """Return that blocks were not followed to the end."""
    cause = "the program stopped or cleared tracemalloc, by which its blocks were followed"
    return f"{cause}, at {format_duration(gap.counts[0])}", "run it with --engine native"


def _few_runs(gap: Gap) -> _Words:
    """Return that the history is too short."""
    there, needed = map(int, gap.counts)
    runs = f"{plural(there, 'earlier run')} of this program on this branch, Python and platform"
    return f"{runs}, {needed} are needed", f"{needed - there} more, by 'memprof history add'"


def _few_snapshots(gap: Gap) -> _Words:
    """Return that too little was seen for a trend."""
    there, needed = map(int, gap.counts)
    return (
        f"{plural(there, 'snapshot')} after warm-up, {needed} are needed",
        "let it run longer, or take snapshots more often (--interval)",
    )


def _part_seen(gap: Gap) -> _Words:
    """Return that what was seen is not the run."""
    span = format_duration(gap.counts[0])
    return (
        f"the snapshots after warm-up are of {span} alone, less than half of what ran",
        "take snapshots more often (--interval), or mark moments with memprof.checkpoint",
    )


def _untraced(gap: Gap) -> _Words:
    """Return that memory grew, and nobody knows whose."""
    grown = format_bytes(gap.counts[0])
    return (
        f"memory grew steadily by {grown}, which no type explains: the engine was off",
        "run it with another --engine",
    )


def _rising(gap: Gap) -> _Words:
    """Return that all together grew, and no line steadily."""
    grown = format_bytes(gap.counts[1])
    most = f", most at {_where(gap)}" if gap.names[0] else ""
    found = f"the least that was alive rose by {grown} throughout the run{most}"
    return f"{found}: something may be replaced by a larger one each time", "let it run longer"


def _filling(gap: Gap) -> _Words:
    """Return that a cache with a limit may have what grew."""
    size, limit = map(format_count, map(int, gap.counts))
    cache = f"{gap.names[0]}, an lru_cache with a limit ({size} of {limit}),"
    return (
        f"what grew may be what {cache} keeps: this engine does not say what holds it",
        "run it with --engine native, or until the cache is full",
    )


def _little(gap: Gap) -> _Words:
    """Return that what grew is too little to judge."""
    found = f"{_gain(gap)}, {format_share(gap.counts[2])} of all growth"
    return (
        f"{_where(gap)} gained no more than {found}: so does what has a limit not yet reached",
        "let it run longer",
    )


def _passing(gap: Gap) -> _Words:
    """Return that what grew came late, and was given back by the end."""
    grown = format_bytes(gap.counts[1])
    return (
        f"{_where(gap)} gained {grown} in one part of the run and gave it back by the end",
        "let that part run longer",
    )


def _young(gap: Gap) -> _Words:
    """Return that what grew is ever new."""
    found = (
        f"{_where(gap)} gained {format_bytes(gap.counts[1])}, of which next to nothing grows old"
    )
    return f"{found}: what it allocates is replaced", "let it run longer"


def _exchanged(gap: Gap) -> _Words:
    """Return that other lines lost what one gained."""
    found = f"{_where(gap)} gained {format_bytes(gap.counts[1])}, and all other lines lost as much"
    return f"{found}: it may be what takes their place", "let it run longer"


def _waiting(gap: Gap) -> _Words:
    """Return that what grew is garbage."""
    found = f"{_where(gap)} gained {_gain(gap)}, which were garbage at the end"
    why_there = "the collector had not looked at all objects twice by then"
    return f"{found}, and {why_there}", "let it run longer"


def _fills(gap: Gap) -> _Words:
    """Return that what grew is in places that were there before."""
    found = f"{_where(gap)} gained {_gain(gap)}, in places that what holds them had before"
    return found, "let it run until these are taken"


def _gain(gap: Gap) -> str:
    """Return how much a line gained, of a type how many objects: their bytes may be unknown."""
    _, grown, _, objects = gap.counts
    return format_bytes(grown) if grown else f"{format_count(int(objects))} objects"


def _where(gap: Gap) -> str:
    """Return the line that a gap is of, its type where it has none."""
    file, function, kind = gap.names
    if not file:
        return kind
    return place(Frame(file, int(gap.counts[0]), function or None))


def _unsteady(gap: Gap) -> _Words:
    """Return that a growth cannot be told from noise."""
    growth, span_ns = gap.counts
    found = f"{format_growth(growth)} in {format_duration(span_ns)}"
    return f"{found} is too little, too unsteady or levelling off", "let it run longer"


def _missed(gap: Gap) -> _Words:
    """Return that the collector worked unseen."""
    missed = plural(int(gap.counts[0]), "collection")
    return f"{missed} or objects of them went by unseen: the program cleared gc.callbacks", ""


WORDS: dict[str, Callable[[Gap], _Words]] = {
    "torn": _torn,
    "damaged": lambda gap: (
        f"{plural(int(gap.counts[0]), 'record')} of the capture damaged or lost",
        "run it again",
    ),
    "probe-failed": lambda gap: (f"a probe of memprof failed ({gap.names[0]})", "run it again"),
    "tracing-lost": _tracing_lost,
    "engine-off": lambda _: ("the engine was off", "run it with another --engine"),
    "few-runs": _few_runs,
    "few-snapshots": _few_snapshots,
    "part-seen": _part_seen,
    "untraced": _untraced,
    "filling": _filling,
    "rising": _rising,
    "little": _little,
    "passing": _passing,
    "young": _young,
    "exchanged": _exchanged,
    "waiting": _waiting,
    "fills": _fills,
    "unsteady": _unsteady,
    "not-measured": lambda _: ("it was not measured on this system", ""),
    "collections-missed": _missed,
    "other-python": lambda gap: (
        f"the baseline is of Python {gap.names[0]}, the capture of Python {gap.names[1]}",
        "write one for each Python that is checked",
    ),
    "other-platform": lambda gap: (
        f"the baseline is of {gap.names[0]}, the capture of {gap.names[1]}",
        "write one for each platform",
    ),
    "other-depth": lambda gap: (
        f"the baseline was made with --depth {gap.names[0]}, the capture with {gap.names[1]}",
        "run both alike",
    ),
    "other-blocks": lambda _: (
        "of baseline and capture, one was made with the engine off",
        "run both alike",
    ),
}
