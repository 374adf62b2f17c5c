"""Holdings: what was held at one moment, by site, traceback, file, type or owner."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any, TypeAlias

from memprof.analysis import allocations
from memprof.analysis.allocations import SiteRow
from memprof.analysis.moments import PEAK, Moment, until
from memprof.analysis.objects import counts_at
from memprof.analysis.origins import stack_key
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type

SITE, TYPE, FILE, TRACEBACK, OWNER = "site", "type", "file", "traceback", "owner"
KINDS = (SITE, TYPE, FILE, TRACEBACK, OWNER)
"""What can be compared row by row."""

OF_BLOCKS = frozenset({SITE, FILE, TRACEBACK})
"""Of these bytes and blocks are held; of the others, objects."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What holds: a `stack`, a `file`, a `type`, or an `owner` of objects of a type or from a stack.

    Of a library's line `caller` is the program's own that it worked for, where
    that is known.  Objects of a type that is not `tracked` the collector does not see.
    """

    stack: tuple[Frame, ...] = ()
    caller: Frame | None = None
    file: str | None = None
    type: Type | None = None
    tracked: bool = True
    owner: str | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Return what subjects sort by."""
        kind = ("", "") if self.type is None else (self.type.module, self.type.qualname)
        return stack_key(self.stack), self.file or "", kind, self.tracked, self.owner or ""


@dataclass(frozen=True, slots=True)
class Holding:
    """
    What one subject holds; `count` is of blocks or objects.

    `size_bytes` is None where objects are counted, `count` where these were
    not looked for.  `error_bytes` is the standard error of an estimate, None
    where that is not known.
    """

    subject: Subject
    size_bytes: int | None
    count: int | None
    error_bytes: float | None = 0.0


Holdings: TypeAlias = Mapping[Any, Holding]
"""What was held, by a key, whatever that is, that is the same in both captures."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two captures that are compared, at its `moment`."""

    facts: Facts
    moment: Moment

    @property
    def until(self) -> Facts:
        """Return the facts up to the moment."""
        return until(self.facts, self.moment.index)

    @property
    def sampled(self) -> bool:
        """Say whether the figures of sites are estimates."""
        return self.facts.run.settings.sample_bytes > 0

    @property
    def traced(self) -> bool:
        """Say whether the capture says what sites held at the moment."""
        indices = traced_snapshots(self.facts)
        if self.moment.index == len(self.facts.snapshots) - 1:
            return bool(indices)
        return self.moment.index in indices


def blocks(side: Side, by: str, key: Callable[[tuple[Frame, ...]], object]) -> Holdings:
    """
    Return the live blocks at *side*, *by* site, file or traceback.

    *key* says of a stack what its row is.
    """
    at_peak = side.moment.word == PEAK
    table = allocations.analyse(side.facts if at_peak else side.until)
    known = not at_peak and table.history_at_ns == table.last_at_ns
    found: dict[object, list[SiteRow]] = defaultdict(list)
    for row in table.rows:
        if row.stack and any(_figures(row, at_peak=at_peak)):
            found[key(row.stack)].append(row)
    holdings = {}
    for one, rows in found.items():
        size, count = (
            sum(column)
            for column in zip(*(_figures(r, at_peak=at_peak) for r in rows), strict=True)
        )
        error = _error(rows, known=known) if side.sampled else 0.0
        holdings[one] = Holding(_subject(by, rows), size, count, error)
    return holdings


def objects(side: Side, *, untracked: bool) -> Holdings:
    """Return the live objects at *side* by type; the *untracked* ones too if asked."""
    facts, index = side.facts, side.moment.index
    found: dict[object, Holding] = {}
    looks: list[tuple[bool, Iterable[tuple[int, int]]]] = [
        (True, enumerate(counts_at(facts, index)))
    ]
    if untracked:
        looks.append((False, (facts.objects.untracked[index] or {}).items()))
    for tracked, counts in looks:
        for number, count in counts:
            if count:
                kind = facts.objects.types[number]
                _add(found, (kind, tracked), Subject(type=kind, tracked=tracked), count)
    return found


def _add(found: dict[object, Holding], key: object, subject: Subject, count: int) -> None:
    """Add *count* objects of *subject* to what *found* has under *key*."""
    before = found[key].count if key in found else 0
    found[key] = Holding(subject, None, (before or 0) + count)


def _figures(row: SiteRow, *, at_peak: bool) -> tuple[int, int]:
    """Return the bytes and blocks of *row* at the peak or at the end."""
    return (row.peak_bytes, row.peak_blocks) if at_peak else (row.live_bytes, row.live_blocks)


def _error(rows: list[SiteRow], *, known: bool) -> float | None:
    """Return the standard error of what estimated *rows* hold together, None if not *known*."""
    errors = [row.error_bytes for row in rows]
    if not known or None in errors:
        return None
    return hypot(*(error or 0 for error in errors))


def _subject(by: str, rows: list[SiteRow]) -> Subject:
    """Return what *rows* are together: one traceback, the line that allocates, or its file."""
    rows = sorted(rows, key=lambda row: (-row.live_bytes, -row.peak_bytes, stack_key(row.stack)))
    stack = rows[0].stack
    if by == FILE:
        return Subject(file=min(row.stack[0].file for row in rows))
    if by == TRACEBACK:
        return Subject(stack=stack, caller=rows[0].caller)
    return Subject(stack=stack[:1], caller=rows[0].caller)
