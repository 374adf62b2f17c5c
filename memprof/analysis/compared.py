"""Compared: the process, the collector and pymalloc of two captures, figure by figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memprof.analysis import generations, pools, process
from memprof.analysis.generations import GenerationRow
from memprof.analysis.holdings import Side
from memprof.analysis.pools import PoolRow
from memprof.analysis.run import traced_snapshots
from memprof.model.facts import Facts

BYTES, COUNT, DURATION = "bytes", "count", "ns"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after, None where it is not known, in a `unit`."""

    name: str
    unit: str
    before: int | None
    after: int | None

    @property
    def growth(self) -> int | None:
        """Return what it gained, None where it is not known."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def changed(self) -> bool:
        """Say whether the two differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Compared:
    """
    Figures of one thing: a generation by its number, blocks by their size.

    `name` says which it is; the figures have the same names in every row.
    """

    name: int
    figures: tuple[Figure, ...]

    @property
    def changed(self) -> bool:
        """Say whether anything differs."""
        return any(figure.changed for figure in self.figures)


RSS, LIVE, PEAK, BLOCKS = "rss", "live", "peak", "blocks"
"""Figures of the process that a limit may be set on."""


def processes(old: Side, new: Side) -> tuple[Figure, ...]:
    """Return the figures of the process, each as of the moment or the last look before it."""
    return tuple(_both(_process(old.until), _process(new.until)))


def collectors(old: Side, new: Side) -> tuple[Compared, ...]:
    """Return what the collector did in each generation from the start to the moment."""
    before, after = (
        {row.generation: row for row in generations.analyse(side.until).rows} for side in (old, new)
    )
    return tuple(
        Compared(
            number, tuple(_both(_generation(before.get(number)), _generation(after.get(number))))
        )
        for number in sorted({*before, *after})
    )


def arenas(old: Side, new: Side) -> tuple[Figure, ...]:
    """Return what pymalloc holds in all, as of the last look before the moment."""
    return tuple(_both(_arenas(old.until), _arenas(new.until)))


def size_classes(old: Side, new: Side) -> tuple[Compared, ...]:
    """Return pymalloc's pools by block size, those whose idle or used bytes changed most first."""
    tables = [pools.analyse(side.until) for side in (old, new)]
    if any(table.totals is None for table in tables):
        return ()
    before, after = ({row.size_bytes: row for row in table.rows} for table in tables)
    rows = [
        Compared(size, tuple(_both(_pool(before.get(size)), _pool(after.get(size)))))
        for size in {*before, *after}
    ]
    return tuple(sorted(rows, key=_weight))


_Values = Sequence[tuple[str, str, int | None]]


def _process(facts: Facts) -> _Values:
    """Return name, unit and value of each figure of the process."""
    found = process.summarise(facts)
    traced = traced_snapshots(facts)
    blocks = facts.snapshots[traced[-1]].live_blocks if traced else None
    return (
        (RSS, BYTES, found.rss_last_bytes),
        ("rss peak", BYTES, found.rss_peak_bytes),
        ("uss", BYTES, found.uss_bytes),
        ("pss", BYTES, found.pss_bytes),
        (LIVE, BYTES, found.python_live_bytes),
        (BLOCKS, COUNT, blocks),
        (PEAK, BYTES, found.python_peak_bytes),
        ("pymalloc idle", BYTES, found.pymalloc_idle_bytes),
        ("native used", BYTES, found.native_used_bytes),
        ("native held", BYTES, found.native_held_bytes),
        ("tracing", BYTES, found.tracing_bytes),
        ("descriptors", COUNT, found.descriptors),
        ("threads", COUNT, found.threads),
    )


def _generation(row: GenerationRow | None) -> _Values:
    """Return name, unit and value of each figure of a generation, None of one there is not."""
    return (
        ("collections", COUNT, row.collections if row else None),
        ("collected", COUNT, row.collected if row else None),
        ("uncollectable", COUNT, row.uncollectable if row else None),
        ("pauses", DURATION, row.pause_total_ns if row else None),
        ("longest pause", DURATION, row.pause_max_ns or 0 if row else None),
    )


def _arenas(facts: Facts) -> _Values:
    """Return name, unit and value of each figure of all pools."""
    found = pools.analyse(facts).totals
    return (
        ("arenas", COUNT, found.arenas if found else None),
        ("used", BYTES, found.used_bytes if found else None),
        ("idle", BYTES, found.idle_bytes if found else None),
    )


def _pool(row: PoolRow | None) -> _Values:
    """Return name, unit and value of each figure of a size class; one without pools has none."""
    return (
        ("pools", COUNT, row.pools if row else 0),
        ("used blocks", COUNT, row.blocks_used if row else 0),
        ("free blocks", COUNT, row.blocks_free if row else 0),
        ("idle", BYTES, row.idle_bytes if row else 0),
    )


def _both(before: _Values, after: _Values) -> Iterable[Figure]:
    """Yield the figures of *before* and *after*, which have the same names."""
    for (name, unit, value), (_, _, other) in zip(before, after, strict=True):
        yield Figure(name, unit, value, other)


def _weight(row: Compared) -> tuple[int, int]:
    """Return what size classes sort by: the bytes used and idle that changed; then their size."""
    _, used, _, idle = (abs(figure.growth or 0) for figure in row.figures)
    return -(used * row.name + idle), row.name
