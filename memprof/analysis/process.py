"""The process: what the operating system counts, and what that is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from memprof.analysis.run import is_child, traced_snapshots
from memprof.model.facts import Facts
from memprof.model.process import Resident

_ENDS = ("exit", "_exit", "abort")
"""Reasons of the snapshot that the agent takes when the target has ended."""


@dataclass(frozen=True, slots=True)
class ResidentParts:
    """
    Resident memory and the parts that add up to it exactly, in bytes.

    `native_used_bytes` leaves out the engine's tables, which are
    `tracing_bytes`.  `rest_bytes` is what remains: stacks, static data,
    other maps, and file-backed pages where `file_bytes` is None.  It is
    negative where more was reserved than touched.
    """

    at_ns: int
    rss_bytes: int
    pymalloc_used_bytes: int
    pymalloc_idle_bytes: int
    native_used_bytes: int
    native_held_bytes: int
    tracing_bytes: int
    file_bytes: int | None
    rest_bytes: int


@dataclass(frozen=True, slots=True)
class ProcessSummary:
    """
    The process over the run; sizes in bytes, None where unknown.

    `*_growth_bytes` is last known minus first known, None where it was
    known once.  USS and PSS are those of the look that `rss_last_bytes` is
    from; where that look did not tell them, they are None and `closer` is the
    last one that did.  `parts` is of the last snapshot where all of them were
    known, `parts_growth` what it gained on the first such snapshot.
    """

    rss_first_bytes: int | None
    rss_peak_bytes: int | None
    rss_last_bytes: int | None
    rss_growth_bytes: int | None
    uss_bytes: int | None
    uss_growth_bytes: int | None
    pss_bytes: int | None
    pss_growth_bytes: int | None
    closer: Resident | None
    python_live_bytes: int | None
    python_peak_bytes: int | None
    python_growth_bytes: int | None
    pymalloc_idle_bytes: int | None
    pymalloc_idle_growth_bytes: int | None
    native_used_bytes: int | None
    native_used_growth_bytes: int | None
    native_held_bytes: int | None
    native_held_growth_bytes: int | None
    tracing_bytes: int | None
    descriptors: int | None
    descriptors_growth: int | None
    threads: int | None
    threads_growth: int | None
    parts: ResidentParts | None
    parts_growth: ResidentParts | None


@dataclass(frozen=True, slots=True)
class _Ends:
    """First and last known value of something, and the difference."""

    first: int | None
    last: int | None
    growth: int | None


def summarise(facts: Facts) -> ProcessSummary:
    """Return what *facts* say of the process."""
    snapshots, resident = facts.snapshots, looks(facts)
    seen = _rss(facts)
    rss = _ends(value for _, value in seen)
    closer = next((look for look in reversed(resident) if look.uss_bytes is not None), None)
    together = resident if closer is not None and closer.at_ns == seen[-1][0] else ()
    uss, pss = _ends(r.uss_bytes for r in together), _ends(r.pss_bytes for r in together)
    traced = [snapshots[index] for index in traced_snapshots(facts)]
    live = _ends(s.live_bytes for s in traced)
    idle = _ends(p.idle_bytes if p else None for p in facts.pools)
    used = _ends(
        None if s.native_used_bytes is None else s.native_used_bytes - s.tracing_bytes
        for s in snapshots
    )
    held = _ends(s.native_held_bytes for s in snapshots)
    descriptors = _ends(r.descriptors for r in resident)
    threads = _threads(facts)
    parts, parts_growth = _parts(facts)
    return ProcessSummary(
        rss_first_bytes=rss.first,
        rss_peak_bytes=_rss_peak(facts),
        rss_last_bytes=rss.last,
        rss_growth_bytes=rss.growth,
        uss_bytes=uss.last,
        uss_growth_bytes=uss.growth,
        pss_bytes=pss.last,
        pss_growth_bytes=pss.growth,
        closer=None if together else closer,
        python_live_bytes=live.last,
        python_peak_bytes=max(
            (s.peak_bytes for s in traced if s.peak_bytes is not None), default=None
        ),
        python_growth_bytes=live.growth,
        pymalloc_idle_bytes=idle.last,
        pymalloc_idle_growth_bytes=idle.growth,
        native_used_bytes=used.last,
        native_used_growth_bytes=used.growth,
        native_held_bytes=held.last,
        native_held_growth_bytes=held.growth,
        tracing_bytes=snapshots[-1].tracing_bytes if snapshots else None,
        descriptors=descriptors.last,
        descriptors_growth=descriptors.growth,
        threads=threads.last,
        threads_growth=threads.growth,
        parts=parts,
        parts_growth=parts_growth,
    )


def _ends(values: Iterable[int | None]) -> _Ends:
    """Return the first and last of *values* that are known."""
    known = [value for value in values if value is not None]
    if not known:
        return _Ends(None, None, None)
    growth = known[-1] - known[0] if len(known) > 1 else None
    return _Ends(known[0], known[-1], growth)


def looks(facts: Facts) -> list[Resident]:
    """
    Return the looks from outside at the target, not at memprof.

    When the target has ended, the agent looks closer at what is left, and
    takes memory of its own for it.  Its last snapshot begins with a look of its own,
    which is the target's still.  At a child nobody else looks then.
    """
    last = facts.snapshots[-1] if facts.snapshots else None
    if last is None or last.reason not in _ENDS or is_child(facts.run.role):
        return list(facts.resident)
    before = [look for look in facts.resident if look.at_ns <= last.at_ns]
    # Its figure is the snapshot's own; what the launcher sees of the same moment has another.
    after = (look for look in facts.resident[len(before) :] if look.rss_bytes == last.rss_bytes)
    return before + list(islice(after, 1))


def _rss(facts: Facts) -> list[tuple[int, int]]:
    """Return every moment resident memory was seen, from outside or inside, in order."""
    seen = [(look.at_ns, look.rss_bytes) for look in looks(facts)]
    seen += [(s.at_ns, s.rss_bytes) for s in facts.snapshots if s.rss_bytes is not None]
    return sorted(seen)


def _rss_peak(facts: Facts) -> int | None:
    """Return the highest resident memory seen, or that the system remembers."""
    seen = [rss_bytes for _, rss_bytes in _rss(facts)]
    seen += [s.rss_peak_bytes for s in facts.snapshots if s.rss_peak_bytes is not None]
    return max(seen, default=None)


def _threads(facts: Facts) -> _Ends:
    """Return the threads as seen from outside, or else from inside."""
    outside = _ends(look.threads for look in looks(facts))
    return outside if outside.last is not None else _ends(s.threads for s in facts.snapshots)


def _parts(facts: Facts) -> tuple[ResidentParts | None, ResidentParts | None]:
    """Return resident memory's parts at the end, and what they gained."""
    known = [parts for index in range(len(facts.snapshots)) if (parts := _parts_at(facts, index))]
    if not known:
        return None, None
    return known[-1], _subtract(known[-1], known[0]) if len(known) > 1 else None


def _parts_at(facts: Facts, index: int) -> ResidentParts | None:
    """Return the parts of resident memory at snapshot *index*, None where one is unknown."""
    snapshot, pools = facts.snapshots[index], facts.pools[index]
    rss, native, held = snapshot.rss_bytes, snapshot.native_used_bytes, snapshot.native_held_bytes
    if pools is None or rss is None or native is None or held is None:
        return None
    named = pools.used_bytes + pools.idle_bytes + native + held + (snapshot.file_bytes or 0)
    return ResidentParts(
        at_ns=snapshot.at_ns,
        rss_bytes=rss,
        pymalloc_used_bytes=pools.used_bytes,
        pymalloc_idle_bytes=pools.idle_bytes,
        native_used_bytes=native - snapshot.tracing_bytes,
        native_held_bytes=held,
        tracing_bytes=snapshot.tracing_bytes,
        file_bytes=snapshot.file_bytes,
        rest_bytes=rss - named,
    )


def _subtract(later: ResidentParts, earlier: ResidentParts) -> ResidentParts:
    """Return what each part of *later* gained on *earlier*; the gains add up too."""
    known_file = later.file_bytes is not None and earlier.file_bytes is not None
    file_bytes = (later.file_bytes or 0) - (earlier.file_bytes or 0)
    rest_bytes = later.rest_bytes - earlier.rest_bytes
    return ResidentParts(
        at_ns=later.at_ns - earlier.at_ns,
        rss_bytes=later.rss_bytes - earlier.rss_bytes,
        pymalloc_used_bytes=later.pymalloc_used_bytes - earlier.pymalloc_used_bytes,
        pymalloc_idle_bytes=later.pymalloc_idle_bytes - earlier.pymalloc_idle_bytes,
        native_used_bytes=later.native_used_bytes - earlier.native_used_bytes,
        native_held_bytes=later.native_held_bytes - earlier.native_held_bytes,
        tracing_bytes=later.tracing_bytes - earlier.tracing_bytes,
        file_bytes=file_bytes if known_file else None,
        rest_bytes=rest_bytes if known_file else rest_bytes + file_bytes,
    )
