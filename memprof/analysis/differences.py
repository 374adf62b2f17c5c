"""Differences: what two holdings differ in, row by row, and what that adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

from memprof.analysis.holdings import Holding, Holdings, Subject

NEW, GONE, GROWN, SHRUNK, UNKNOWN = "new", "gone", "grown", "shrunk", "unknown"
CHANGES = (NEW, GROWN, SHRUNK, GONE)
"""What can become of a row; UNKNOWN where one of the captures does not say."""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    What became of one subject; it is `old` there and `new` here, None where it holds nothing.

    Bytes are None where objects are counted; counts are of blocks or objects,
    None where they are not known.  `error_bytes` is the standard error of the
    growth, none where blocks were counted, None where it is not known.
    """

    change: str
    old: Subject | None
    new: Subject | None
    before_bytes: int | None
    after_bytes: int | None
    before_count: int | None
    after_count: int | None
    error_bytes: int | None = 0

    @property
    def growth_bytes(self) -> int | None:
        """Return the bytes gained."""
        return _growth(self.before_bytes, self.after_bytes)

    @property
    def growth_count(self) -> int | None:
        """Return the blocks or objects gained."""
        return _growth(self.before_count, self.after_count)

    @property
    def subject(self) -> Subject:
        """Return what it is now, or was."""
        return next(one for one in (self.new, self.old) if one is not None)

    @property
    def moved(self) -> bool:
        """Say whether the line has another number now."""
        return (
            self.old is not None
            and self.new is not None
            and [one.line for one in self.old.stack] != [one.line for one in self.new.stack]
        )


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that changed in one way: how many they are, and what they gained."""

    change: str
    rows: int
    growth_bytes: int | None
    growth_count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """
    All that was held before and after; `parts` add up to the growth.

    Bytes are None where objects are counted.  What is not known on one side
    counts on neither; `unknown` says how many rows that are.
    """

    before_bytes: int | None
    after_bytes: int | None
    before_count: int
    after_count: int
    parts: tuple[Part, ...]
    unknown: int

    @property
    def growth_bytes(self) -> int | None:
        """Return the bytes gained in all."""
        return _growth(self.before_bytes, self.after_bytes)

    @property
    def growth_count(self) -> int:
        """Return the blocks or objects gained in all."""
        return self.after_count - self.before_count


def compare(old: Holdings, new: Holdings, *, in_bytes: bool) -> tuple[Difference, ...]:
    """Return what differs, the largest change first; *in_bytes* says what is held."""
    found = []
    for key in old.keys() | new.keys():
        row = _difference(old.get(key), new.get(key), in_bytes=in_bytes)
        if row is not None:
            found.append(row)
    return tuple(sorted(found, key=_order))


def sums(old: Holdings, new: Holdings, rows: Iterable[Difference], *, in_bytes: bool) -> Totals:
    """Return what all of *old* and *new* hold, and what the *rows* that differ add up to."""
    rows = list(rows)
    known = [key for key in old.keys() | new.keys() if _known(old.get(key), new.get(key))]
    before = [old[key] for key in known if key in old]
    after = [new[key] for key in known if key in new]
    parts = []
    for change in CHANGES:
        group = [row for row in rows if row.change == change]
        size = sum(row.growth_bytes or 0 for row in group) if in_bytes else None
        parts.append(Part(change, len(group), size, sum(row.growth_count or 0 for row in group)))
    return Totals(
        before_bytes=sum(one.size_bytes or 0 for one in before) if in_bytes else None,
        after_bytes=sum(one.size_bytes or 0 for one in after) if in_bytes else None,
        before_count=sum(one.count or 0 for one in before),
        after_count=sum(one.count or 0 for one in after),
        parts=tuple(parts),
        unknown=sum(row.change == UNKNOWN for row in rows),
    )


def _known(old: Holding | None, new: Holding | None) -> bool:
    """Say whether both sides know how much there is, be it nothing."""
    return all(one is None or one.count is not None for one in (old, new))


def _difference(old: Holding | None, new: Holding | None, *, in_bytes: bool) -> Difference | None:
    """Return what became of one subject, None where nothing did."""
    before, after = _figures(old), _figures(new)
    if before == after:
        return None
    if not _known(old, new):
        change = UNKNOWN
    elif not any(before):
        change = NEW
    elif not any(after):
        change = GONE
    else:
        grown = (after[0], after[1] or 0) > (before[0], before[1] or 0)
        change = GROWN if grown else SHRUNK
    return Difference(
        change,
        old.subject if old and before != (0, 0) else None,
        new.subject if new and after != (0, 0) else None,
        before[0] if in_bytes else None,
        after[0] if in_bytes else None,
        before[1],
        after[1],
        _error(old, new),
    )


def _error(*sides: Holding | None) -> int | None:
    """Return the standard error of a growth, None where that of a side is not known."""
    errors = [one.error_bytes for one in sides if one is not None]
    if None in errors:
        return None
    return round(hypot(*(error or 0.0 for error in errors)))


def _figures(one: Holding | None) -> tuple[int, int | None]:
    """Return the bytes and the count of a subject, nothing where it holds nothing."""
    return (0, 0) if one is None else (one.size_bytes or 0, one.count)


def _growth(before: int | None, after: int | None) -> int | None:
    """Return what was gained, None where that is not known."""
    return None if before is None or after is None else after - before


def _order(row: Difference) -> tuple[object, ...]:
    """Return what rows sort by: the bytes that changed, then the count, then who holds them."""
    size, count = abs(row.growth_bytes or 0), abs(row.growth_count or 0)
    most = max(row.before_count or 0, row.after_count or 0)
    names = [one.order if one else () for one in (row.new, row.old)]
    return -size, -count, -most, names
