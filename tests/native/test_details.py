"""The peak, what was ever allocated, what the collector freed, and when blocks were born."""

from pathlib import Path

import pytest
from native.inside import said

START = """
import gc, json
from dataclasses import asdict
from native.ledger import details_of, heap, marked, start, sums

def rows(*marks):
    found = book.details()
    return [asdict(details_of(found, __file__, mark)) for mark in marks]
"""


def test_the_peak_by_site(tmp_path: Path) -> None:
    """Two lines are high at different times; the peak is where their sum is highest."""
    program = f"""{START}
book = start()
first = [bytes(1_000) for _ in range(20_000)]  # first
del first[5_000:]
second = [bytes(2_000) for _ in range(15_000)]  # second
del second[1_000:]
third = [bytes(300) for _ in range(10_000)]  # third
print(json.dumps([rows("first", "second", "third"), heap.totals()]))
"""
    (first, second, third), totals = said(program, tmp_path)
    assert first["peak_blocks"] == pytest.approx(5_000, rel=0.01)
    assert first["peak_bytes"] == pytest.approx(5_000 * 1_041, rel=0.01)
    assert second["peak_blocks"] == pytest.approx(15_000, rel=0.02)
    assert second["peak_bytes"] == pytest.approx(15_000 * 2_041, rel=0.02)
    assert third["peak_bytes"] < 1_000
    assert totals[1] == pytest.approx(5_000 * 1_041 + 15_000 * 2_041, rel=0.01)


def test_a_peak_of_blocks_without_the_gil(tmp_path: Path) -> None:
    """Raw blocks that are gone before the next object is made."""
    program = f"""{START}
import ctypes
raw = ctypes.CDLL(None)
raw.PyMem_RawMalloc.restype, raw.PyMem_RawFree.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
book, blocks = start(), [None] * 3
before = heap.totals()[1]
for at, size in enumerate((50_000_000, 1_000, 100)):
    block = blocks[at] = raw.PyMem_RawMalloc(size)  # raw
    if size > 100:
        raw.PyMem_RawFree(block)
print(json.dumps([heap.totals()[1] - before, rows("raw")]))
"""
    peak, (row,) = said(program, tmp_path)
    assert peak == pytest.approx(50_000_000, rel=0.01)
    assert row["peak_bytes"] == pytest.approx(50_000_000, rel=0.01)


def test_a_peak_of_arrays(tmp_path: Path) -> None:
    """Objects alone were more before, so that none of theirs is a new peak."""
    pytest.importorskip("numpy")
    program = f"""{START}
import numpy as np
book = start()
padding = [bytes(100) for _ in range(10_000)]
del padding
before = heap.totals()
for size in (5_000_000, 10):
    array = np.zeros(size)  # array
print(json.dumps([before, heap.totals(), rows("array")]))
"""
    before, after, (row,) = said(program, tmp_path)
    assert after[1] - before[0] == pytest.approx(40_000_000, rel=0.01)
    assert row["peak_bytes"] == pytest.approx(40_000_000, rel=0.01)


def test_a_line_of_which_nothing_is_left_has_its_peak(tmp_path: Path) -> None:
    """What made the peak is what a peak is looked at for, though it is gone."""
    program = f"""{START}
book = start()
passing = [bytes(1_000) for _ in range(20_000)]  # passing
del passing
gc.collect()
print(json.dumps(rows("passing")))
"""
    (row,) = said(program, tmp_path)
    assert row["peak_bytes"] == pytest.approx(20_000 * 1_041, rel=0.01)


def test_all_that_was_ever_allocated(tmp_path: Path) -> None:
    program = f"""{START}
book = start()
pad, small, large = b"x", None, None
for number in range(5_000):
    small = pad * 100  # small
for number in range(500):
    large = pad * 10_000  # large
print(json.dumps(rows("small", "large")))
"""
    small, large = said(program, tmp_path)
    assert (small["allocated_blocks"], small["allocated_bytes"]) == (5_000, 5_000 * 133)
    assert (large["allocated_blocks"], large["allocated_bytes"]) == (500, 500 * 10_033)
    assert (small["collected_blocks"], large["collected_blocks"]) == (0, 0)


def test_what_the_collector_freed(tmp_path: Path) -> None:
    program = f"""{START}
class Node:
    __slots__ = ("me", "data")

gc.disable()
book = start()
for number in range(1_000):
    node = Node()  # cycle
    node.me, node.data = node, bytes(700)  # data
del node
kept = [bytes(50) for _ in range(500)]  # kept
before = rows("cycle", "data")
gc.collect()
del kept
print(json.dumps([before, rows("cycle", "data", "kept")]))
"""
    before, (cycle, data, kept) = said(program, tmp_path)
    assert [row["collected_blocks"] for row in before] == [0, 0]
    assert cycle["collected_blocks"] == 1_000
    assert data["collected_bytes"] == 1_000 * 733
    assert kept["collected_blocks"] == 0


def test_births_by_epoch(tmp_path: Path) -> None:
    program = f"""{START}
book, kept = start(), []
for epoch in range(10):
    kept.append([bytes(100) for _ in range(100 * (epoch + 1))])  # kept
    heap.next_epoch()
kept[3] = None
print(json.dumps(rows("kept")))
"""
    (row,) = said(program, tmp_path)
    born = row["born"]
    assert len(born) == 11
    # Beside the bytes the lists, and the array of the list of them.
    for epoch in (0, 1, 2, 4, 5, 6, 7, 8, 9):
        assert 0 <= born[epoch] - 100 * (epoch + 1) <= 4, epoch
    assert born[3] <= 4
    assert born[10] == 0


@pytest.mark.parametrize("epochs", [1, 15, 16, 17, 40, 127, 128, 300])
def test_births_sum_to_the_live_blocks(epochs: int, tmp_path: Path) -> None:
    program = f"""{START}
book, kept, more = start(), [], []
for epoch in range({epochs}):
    kept.append([bytes(number) for number in range(0, 1_000, 50)])
    if epoch % 3 == 0:
        kept[epoch // 2] = None
    more.append(heap.next_epoch())
kept.clear()
last = [bytes(100) for _ in range(1_000)]  # last
gc.collect()
heap.stop()
live, found = book.live(), book.details()
wrong = [
    (stack, sum(row.born), live.get(stack, (0, 0))[1])
    for stack, row in found.items()
    if sum(row.born) != live.get(stack, (0, 0))[1]
]
print(json.dumps([more, wrong, rows("last")[0]["born"]]))
"""
    more, wrong, born = said(program, tmp_path)
    assert wrong == []
    assert more == [epoch < 127 for epoch in range(epochs)]
    assert len(born) <= 16
    assert born[-1] >= 1_000
    assert sum(born[:-1]) == 0 or epochs > 127
