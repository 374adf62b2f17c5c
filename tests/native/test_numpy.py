"""The data of numpy's arrays count where Python made them."""

import sys
from pathlib import Path

import pytest
from native.inside import said

pytest.importorskip("numpy")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="numpy's calls are turned on Linux")

IMPORTS = """
import gc, json, threading
from native.ledger import heap, marked, start
"""


def sizes(body: str, marks: str, cwd: Path, *, imported_after: bool) -> dict[str, list[int]]:
    """Run *body*, with numpy imported before the engine starts or after; return what marks hold."""
    lines = ["import numpy as np", "book = start()"]
    first, second = reversed(lines) if imported_after else lines
    read = f"print(json.dumps({{m: marked(book.live(), __file__, m) for m in {marks.split()}}}))"
    found: dict[str, list[int]] = said(f"{IMPORTS}{first}\n{second}\n{body}\n{read}\n", cwd)
    return found


OBJECT = 300
"""More than an array's own object and dimensions take, and less than any data here."""


@pytest.mark.parametrize("imported_after", [False, True])
def test_data_count_exactly_where_they_were_made(imported_after: bool, tmp_path: Path) -> None:  # noqa: FBT001
    body = """
zeros = np.zeros(1_000_000)  # zeros
empty = np.empty((300, 1_000), dtype="i2")  # empty
total = empty + empty  # sum
view, part = zeros[10:], empty.T  # views
"""
    found = sizes(body, "zeros empty sum views", tmp_path, imported_after=imported_after)
    assert 8_000_000 <= found["zeros"][0] < 8_000_000 + OBJECT
    assert 600_000 <= found["empty"][0] < 600_000 + OBJECT
    assert 600_000 <= found["sum"][0] < 600_000 + OBJECT
    # Beside the two objects the module's dictionary may grow.
    assert found["views"][0] < 10_000


def test_growth_in_place_and_the_end(tmp_path: Path) -> None:
    body = """
array = np.zeros(1_000)  # made
array.resize(500_000, refcheck=False)  # grown
gone = np.zeros(250_000)  # gone
del gone
thrown = [np.zeros(200_000)]  # thrown
thread = threading.Thread(target=thrown.clear)
thread.start()
thread.join()
"""
    found = sizes(body, "made grown gone thrown", tmp_path, imported_after=False)
    assert found["made"][0] < OBJECT
    assert found["grown"][0] == pytest.approx(4_000_000, abs=OBJECT)
    assert found["gone"][0] < OBJECT
    assert found["thrown"][0] < OBJECT


def test_arrays_of_threads(tmp_path: Path) -> None:
    body = """
kept = [[] for _ in range(4)]
def fill(own, other):
    for number in range(500):
        own.append(np.empty(1_000 + number))  # filled
        if number % 2 and other:
            other.pop()
threads = [threading.Thread(target=fill, args=(kept[at], kept[at - 1])) for at in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
data = sum(array.nbytes for own in kept for array in own)
arrays = sum(len(own) for own in kept)
def nothing():
    return data  # nothing
before = marked(book.live(), __file__, "filled")
for own in kept:
    own.clear()
after = marked(book.live(), __file__, "filled")
assert data <= before[0] < data + arrays * 300 + 50_000, (data, before)
assert after[0] < 1_000, after
"""
    sizes(body, "filled", tmp_path, imported_after=False)


def test_all_is_as_tracemalloc_has_it(tmp_path: Path) -> None:
    """Blocks and data together, at depth 3; numpy's own domain is a part of them."""
    program = """
    import numpy as np
    from native.ledger import beside_tracemalloc

    def make(number):
        return np.zeros(1_000 + number), np.arange(number), np.ones((number, 3)).T[1:].copy()

    def work():
        kept = [make(number) for number in range(200)]
        del kept[::3]
        kept.append([array.astype("f4").ravel() for trio in kept for array in trio])
        kept.append(np.concatenate(kept[-1]).reshape(-1, 1) * np.ones(2))
        kept.append(np.linspace(0, 1, 1000).tolist())
        kept[0][0].resize(77, refcheck=False)
        kept[1][0].resize(77_777, refcheck=False)
        return kept

    beside_tracemalloc(work, 3)
    """
    found = said(program, tmp_path)
    theirs, ours = found["sums"]
    assert 1_000_000 < found["domains"]["389047"] < ours[0]
    assert theirs == ours
    # Before 3.13 the empty dictionaries of keywords count a line too late.
    assert found["wrong"] == [] or sys.version_info < (3, 13)
