"""Cycles: which collections freed something, what they freed, what they could not."""

from collections import Counter
from dataclasses import dataclass

from memprof.analysis.history import latest
from memprof.analysis.origins import caller, frame_key, stack_key
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.generations import Collection
from memprof.model.objects import Type


@dataclass(frozen=True, slots=True)
class GarbageRow:
    """Objects of one type that stay in gc.garbage."""

    type: Type
    objects: int


@dataclass(frozen=True, slots=True)
class CycleRow:
    """Unreachable objects of one type from one line, None where it is unknown."""

    type: Type
    objects: int
    frame: Frame | None


@dataclass(frozen=True, slots=True)
class CollectedRow:
    """What one allocation site allocated that was freed while the collector ran."""

    stack: tuple[Frame, ...]
    caller: Frame | None
    collected_bytes: int
    collected_blocks: int


@dataclass(frozen=True, slots=True)
class CycleTable:
    """
    Cyclic garbage.

    `collections` are those that freed something or could not, largest
    first.  `watched` says whether `--cycles` was on: `passes` sampled
    passes then looked at `objects` unreachable objects.  `sites` is where
    what the collector freed was allocated, most bytes first, in every run;
    None where the engine does not know.  The sums are over it.
    """

    collections: tuple[Collection, ...]
    garbage: tuple[GarbageRow, ...]
    watched: bool
    passes: int
    objects: int
    cycles: tuple[CycleRow, ...]
    sites: tuple[CollectedRow, ...] | None
    collected_bytes: int
    collected_blocks: int


def analyse(facts: Facts) -> CycleTable:
    """Return what *facts* say of cyclic garbage."""
    notable = [c for c in facts.generations.notable if c.collected or c.uncollectable]
    notable.sort(key=lambda c: (-c.collected, c.at_ns, c.generation, -c.uncollectable))
    sites = _sites(facts)
    return CycleTable(
        collections=tuple(notable),
        garbage=_garbage(facts),
        watched=facts.run.settings.cycles,
        passes=len(facts.cycles.passes),
        objects=sum(one.objects for one in facts.cycles.passes),
        cycles=_cycles(facts),
        sites=sites,
        collected_bytes=sum(row.collected_bytes for row in sites or ()),
        collected_blocks=sum(row.collected_blocks for row in sites or ()),
    )


def _sites(facts: Facts) -> tuple[CollectedRow, ...] | None:
    """
    Return where cyclic garbage was allocated, most bytes first.

    Where the interpreter says that it found none, what was freed meanwhile is
    its own: its free lists, and what it tells the callbacks.
    """
    history = latest(facts)
    if history is None or history.collected is None:
        return None
    if not any(one.collected for interval in facts.generations.intervals for one in interval):
        return ()
    columns = zip(facts.allocations.sites, *history.collected, strict=True)
    rows = [CollectedRow(one, caller(one), size, blocks) for one, size, blocks in columns if blocks]
    rows.sort(key=lambda row: (-row.collected_bytes, -row.collected_blocks, stack_key(row.stack)))
    return tuple(rows)


def _garbage(facts: Facts) -> tuple[GarbageRow, ...]:
    """Return what stays in gc.garbage by type, most objects first."""
    types = facts.objects.types
    rows = [GarbageRow(types[one], objects) for one, objects in facts.cycles.garbage.items()]
    rows.sort(key=lambda row: (-row.objects, row.type.module, row.type.qualname))
    return tuple(row for row in rows if row.objects)


def _cycles(facts: Facts) -> tuple[CycleRow, ...]:
    """Sum the passes by type and line, most objects first."""
    counts: Counter[tuple[Type, Frame | None]] = Counter()
    for one in facts.cycles.passes:
        for type_id, site_id, objects in one.rows:
            stack = () if site_id is None else facts.allocations.sites[site_id]
            counts[facts.objects.types[type_id], stack[0] if stack else None] += objects
    rows = [CycleRow(kind, objects, frame) for (kind, frame), objects in counts.items()]
    rows.sort(key=_cycle_key)
    return tuple(rows)


def _cycle_key(row: CycleRow) -> tuple[int, str, str, tuple[str, int, str]]:
    """Return what a cycle row sorts by: objects, then type, then line."""
    place = ("", 0, "") if row.frame is None else frame_key(row.frame)
    return -row.objects, row.type.module, row.type.qualname, place
