"""Growth: the counters, by site or by type, that rise steadily once the run is warm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from memprof.analysis.judged import Judged
from memprof.analysis.replay import series, states
from memprof.analysis.trend import Trend, measure
from memprof.model.allocations import Change
from memprof.model.facts import Facts

MIN_GROWTH_BYTES = 16 * 1024
MIN_GROWTH_SHARE = 0.01
MIN_GROWTH_OBJECTS = 50

# A count of blocks that moves no more than this stands still: the storage of
# a list, dict or bytearray grows inside its one block.
_FLAT_BLOCKS = 2
_FLAT_SHARE = 0.1

_BYTES, _BLOCKS = 0, 1


@dataclass(frozen=True, slots=True)
class Growing:
    """
    A site or type, by its `number`, that rises steadily.

    `columns` are its series over the judged snapshots: bytes and blocks of
    a site, objects of a type.  The `trend` is that of `columns[judged_on]`;
    `share` is of the growth of all, `kept` what the first column holds at
    the run's last snapshot.
    """

    number: int
    columns: tuple[tuple[int, ...], ...]
    judged_on: int
    trend: Trend
    share: float
    kept: int

    @property
    def growths(self) -> tuple[int, ...]:
        """Return what each column gained over the judged snapshots."""
        return tuple(column[-1] - column[0] for column in self.columns)


_Choose = Callable[[Judged, Sequence[tuple[int, ...]]], tuple[int, Trend]]


def growing_sites(facts: Facts, seen: Judged, *, levelling: bool = False) -> list[Growing]:
    """
    Return the allocation sites that grow steadily, in order of their numbers.

    Or, if asked, those that grew and are *levelling* off.
    """
    changes, number = facts.allocations.changes, len(facts.allocations.sites)
    return _growing(changes, number, 2, seen, _site_trend, levelling=levelling)


def growing_types(facts: Facts, seen: Judged) -> list[Growing]:
    """Return the types whose tracked objects grow steadily, in order of their numbers."""
    objects = facts.objects
    return _growing(objects.changes, len(objects.types), 1, seen, _type_trend)


def _growing(  # noqa: PLR0913
    changes: Sequence[Sequence[Change]],
    size: int,
    columns: int,
    seen: Judged,
    choose: _Choose,
    *,
    levelling: bool = False,
) -> list[Growing]:
    """Return what grew enough and steadily among *size* counters of *columns* each."""
    if not seen.enough or seen.last is None:
        return []
    ends = [seen.indices[0], seen.indices[-1], seen.last]
    before, after, kept = (state[0] for state in states(changes, columns, ends, size))
    gains = list(map(int.__sub__, after, before))
    total = sum(gain for gain in gains if gain > 0)
    floor = _floor(columns, total)
    numbers = [number for number, gain in enumerate(gains) if gain >= floor]
    found = zip(*series(changes, columns, seen.indices, numbers), strict=True)
    rows = []
    for number, seen_values in zip(numbers, found, strict=True):
        values = tuple(map(_lasting, seen_values)) if seen.dense else seen_values
        judged_on, trend = choose(seen, values)
        if trend.is_levelling if levelling else trend.is_steady and trend.is_gradual:
            share = gains[number] / total
            rows.append(Growing(number, values, judged_on, trend, share, kept[number]))
    return rows


def _lasting(column: tuple[int, ...]) -> tuple[int, ...]:
    """
    Return *column* without what was gone by the next moment.

    While a line replaces one large block by another, both are there.
    """
    return (*map(min, column, column[1:]), column[-1])


def _floor(columns: int, total: int) -> float:
    """Return the least growth worth a look: bytes for sites, objects for types."""
    if columns == 1:
        return MIN_GROWTH_OBJECTS
    return max(MIN_GROWTH_BYTES, MIN_GROWTH_SHARE * total)


def _site_trend(seen: Judged, columns: Sequence[tuple[int, ...]]) -> tuple[int, Trend]:
    """Judge a site on its blocks, or on its bytes where the blocks stand still."""
    blocks = columns[_BLOCKS]
    spread = max(blocks) - min(blocks)
    if spread > max(_FLAT_BLOCKS, _FLAT_SHARE * max(blocks)):
        return _BLOCKS, measure(seen.steps, blocks)
    trend = measure(seen.steps, columns[_BYTES])
    if trend.is_steady or not spread or not min(blocks):
        return _BYTES, trend
    # While a line replaces one large block by another, both are there.
    each = [size // number for size, number in zip(columns[_BYTES], blocks, strict=True)]
    of_each = measure(seen.steps, each)
    return _BYTES, of_each if of_each.is_steady else trend


def _type_trend(seen: Judged, columns: Sequence[tuple[int, ...]]) -> tuple[int, Trend]:
    """Judge a type on its objects."""
    return 0, measure(seen.steps, columns[0])
