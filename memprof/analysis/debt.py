"""Cyclic debt: what garbage waited for the collector at the end, and why it did."""

from collections import Counter
from dataclasses import dataclass

from memprof.analysis import generations
from memprof.analysis.origins import caller, stack_key
from memprof.model.allocations import Frame
from memprof.model.debt import DebtType
from memprof.model.facts import Facts
from memprof.model.objects import Type

_HIGH_THRESHOLD = 100_000


@dataclass(frozen=True, slots=True)
class DebtRow:
    """
    Garbage of one type.

    `cycle` is the shortest cycle found through one of them, None where none
    was.  Of `sampled` objects whose site is known, `agreeing` were allocated
    at `stack`, which is empty where none is; `caller` is the target's own line
    behind a library's.
    """

    type: Type
    objects: int
    cycle: str | None
    stack: tuple[Frame, ...]
    caller: Frame | None
    sampled: int
    agreeing: int


@dataclass(frozen=True, slots=True)
class Collector:
    """
    Whether the collector could have found it.

    `enabled` and `automatic` (the first threshold is not 0) are as of the end;
    `frozen` says that the program hid objects from it.  `full_collections` are
    those of the whole run, None where this Python does not tell them apart.
    """

    enabled: bool
    automatic: bool
    frozen: bool
    full_collections: int | None


@dataclass(frozen=True, slots=True)
class DebtTable:
    """
    The debt: all garbage by type, most objects first.

    Not `known` where the run did not end in order, or was too short for a
    look at so many objects.  `islands` is how many parts do not refer to each
    other, None where that is not known.
    """

    known: bool
    objects: int
    islands: int | None
    rows: tuple[DebtRow, ...]
    collector: Collector


def analyse(facts: Facts) -> DebtTable:
    """Return what *facts* say of the garbage that was left."""
    debt, collector = facts.debt, _collector(generations.analyse(facts))
    if debt is None:
        return DebtTable(known=False, objects=0, islands=None, rows=(), collector=collector)
    sampled = {row.type_id: row for row in debt.rows}
    rows = [_row(facts, *pair, sampled.get(pair[0])) for pair in debt.counts.items() if pair[1]]
    rows.sort(key=_key)
    return DebtTable(
        known=True,
        objects=sum(row.objects for row in rows),
        islands=debt.islands,
        rows=tuple(rows),
        collector=collector,
    )


def _row(facts: Facts, type_id: int, objects: int, sampled: DebtType | None) -> DebtRow:
    """Return the row of one type, with the site that most of its samples have."""
    counts: Counter[int] = Counter()
    for site_id, samples in sampled.sites if sampled else ():
        if site_id is not None and samples:
            counts[site_id] += samples
    most = min(counts, key=lambda site_id: (-counts[site_id], site_id), default=None)
    stack = () if most is None else facts.allocations.sites[most]
    return DebtRow(
        type=facts.objects.types[type_id],
        objects=objects,
        cycle=(sampled.cycle or None) if sampled else None,
        stack=stack,
        caller=caller(stack),
        sampled=counts.total(),
        agreeing=0 if most is None else counts[most],
    )


def objects_of(facts: Facts, stack: tuple[Frame, ...]) -> int:
    """Return about how many objects of the garbage the line of *stack* allocated."""
    found = 0.0
    for row in facts.debt.rows if facts.debt else ():
        every = sum(samples for _, samples in row.sites)
        of_line = sum(
            samples
            for site_id, samples in row.sites
            if site_id is not None and facts.allocations.sites[site_id] == stack
        )
        found += row.objects * of_line / every if every else 0
    return round(found)


def is_kept_off(facts: Facts) -> bool:
    """
    Say whether the program keeps the collector from what it would find.

    A collector that only comes seldom, or not for what is frozen, is kept off unless it has
    taken as much before as waits for it now.
    """
    found = generations.analyse(facts)
    collector = _collector(found)
    if not collector.enabled or not collector.automatic:
        return True
    thresholds = [row.threshold for row in found.rows if row.generation == 0]
    seldom = any((threshold or 0) >= _HIGH_THRESHOLD for threshold in thresholds)
    waiting = sum(facts.debt.counts.values()) if facts.debt else 0
    taken = sum(row.collected for row in found.rows)
    return (collector.frozen or seldom) and taken < max(waiting, 1)


def _collector(found: generations.GenerationTable) -> Collector:
    """Return what the target did to its collector, and how often it looked at all."""
    last = {event.what.partition("-")[2]: at for at, event in enumerate(found.events)}
    rows = [row for row in found.rows if row.generation == found.rows[-1].generation]
    if found.free_threaded:
        rows = list(found.rows)
    thresholds = [row.threshold for row in found.rows if row.generation == 0]
    return Collector(
        enabled=last.get("disabled", -1) <= last.get("enabled", -1),
        automatic=0 not in thresholds,
        frozen=last.get("frozen", -1) > last.get("unfrozen", -1),
        full_collections=None
        if found.incremental or not rows
        else sum(row.collections for row in rows),
    )


def _key(row: DebtRow) -> tuple[int, str, str, tuple[tuple[str, int, str], ...]]:
    """Return what a row sorts by: objects, then type, then place."""
    return -row.objects, row.type.module, row.type.qualname, stack_key(row.stack)
