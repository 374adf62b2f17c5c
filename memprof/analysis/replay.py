"""
Replay: from what each snapshot changed to what each snapshot saw.

A capture says only which counters changed.  Replaying puts the changes on
top of each other, whole runs of ids at a time, and keeps the states that
were asked for and no others: a thousand snapshots of five thousand sites
must not cost a thousand copies.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from memprof.model.allocations import Change

State: TypeAlias = "tuple[array[int], ...]"
"""One vector per column; element *i* belongs to id *i*."""


def states(
    changes: Sequence[Sequence[Change]],
    columns: int,
    indices: Sequence[int],
    size: int = 0,
) -> list[State]:
    """
    Return the state at each of the snapshots *indices*, in their order.

    *changes* has an entry per snapshot, each change *columns* columns.  The
    vectors are at least *size* long; what was never mentioned is zero.
    """
    wanted = sorted(set(indices))
    kept = {
        index: tuple(array("q", column) for column in state)
        for index, state in _walk(changes, columns, wanted, size)
    }
    return [kept[index] for index in indices]


def series(
    changes: Sequence[Sequence[Change]],
    columns: int,
    indices: Sequence[int],
    ids: Sequence[int],
) -> list[list[tuple[int, ...]]]:
    """
    Return, for each column and each of *ids*, its values at *indices*.

    *indices* ascend.  Only the values asked for are kept, so the number of
    other ids costs nothing.
    """
    if not ids:
        return [[] for _ in range(columns)]
    pick = itemgetter(*ids) if len(ids) > 1 else lambda column: (column[ids[0]],)
    seen: list[list[tuple[int, ...]]] = [[] for _ in range(columns)]
    for _, state in _walk(changes, columns, indices, max(ids) + 1):
        for column, values in zip(seen, state, strict=True):
            column.append(pick(values))
    return [list(zip(*column, strict=True)) for column in seen]


def _walk(
    changes: Sequence[Sequence[Change]], columns: int, wanted: Sequence[int], size: int
) -> Iterator[tuple[int, State]]:
    """Yield each of the ascending indices *wanted* with the state there, not copied."""
    state = tuple(array("q", bytes(8 * _size(changes, size))) for _ in range(columns))
    done = 0
    for index in wanted:
        for change in chain.from_iterable(changes[done : index + 1]):
            _apply(state, change)
        done = index + 1
        yield index, state


def _size(changes: Sequence[Sequence[Change]], size: int) -> int:
    """Return how many ids there are: *size*, or more where changes name more."""
    for change in chain.from_iterable(changes):
        if change.runs:
            size = max(size, change.runs[-2] + change.runs[-1])
    return size


def _apply(state: State, change: Change) -> None:
    """Store the values of *change* into *state*, a run at a time."""
    firsts, counts = change.runs[::2], change.runs[1::2]
    for target, column in zip(state, change.columns, strict=True):
        # Views: a run is then one copy of memory, and resizes nothing.
        with memoryview(target) as into, memoryview(column) as values:
            done = 0
            for first, count in zip(firsts, counts, strict=True):
                if count == 1:
                    target[first] = column[done]
                else:
                    into[first : first + count] = values[done : done + count]
                done += count
