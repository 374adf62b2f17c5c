"""What tracemalloc has traced, summed in place, is what tracemalloc itself says."""

import sys
from pathlib import Path

import pytest
from unit.agent.isolated import isolated

_CODE = """
import _tracemalloc, gc
from memprof.agent import graph
gc.disable()
_tracemalloc.start({depth})
numbers, stacks = {{}}, []

def site(stack):
    if stack not in numbers:
        numbers[stack] = len(stacks)
        stacks.append(stack)
    return numbers[stack]

def told():
    sizes, blocks = graph.traced(site)
    return {{stacks[at]: (sizes[at + 1], blocks[at + 1]) for at in range(len(sizes) - 1)}}

def asked():
    held = {{}}
    for _domain, size, stack, _total in _tracemalloc._get_traces():
        size_before, blocks = held.get(stack, (0, 0))
        held[stack] = size_before + size, blocks + 1
    return held

def mine(held):
    # Not what defines the function, nor what no block is left of.
    lines = {{stack: value for stack, value in held.items() if stack[0][0] == "made.py"}}
    return {{stack: value for stack, value in lines.items() if stack[0][1] > 1 and value[1]}}

kept = [None] * 6000
# No number is made there, which 3.14 would keep for reuse.
source = "def make(n, at, other):\\n kept[at] = b'.' * n\\n kept[other] = '.' * n"
exec(compile(source, "made.py", "exec"))
"""


def traced(code: str, cwd: Path, depth: int = 1) -> str:
    """Run *code* after the preparations."""
    return isolated(_CODE.format(depth=depth) + code, cwd)


pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="up to 3.11 its tables are nobody else's"
)


@pytest.mark.parametrize("depth", [1, 5])
def test_every_line_has_what_tracemalloc_says(depth: int, tmp_path: Path) -> None:
    code = """
for round in range(3):
    for n in range(1000):
        make(1000 + n, 1000 * round + n, 1000 * round + n + 3000)
    kept[round * 300 : round * 300 + 200] = [None] * 200
    found = mine(told())
    assert found == mine(asked()), (found, mine(asked()))
    assert sum(blocks for _, blocks in found.values()) > 1500 * (round + 1)
"""
    traced(code, tmp_path, depth)


def test_a_traceback_that_died_leaves_its_place_to_another(tmp_path: Path) -> None:
    code = """
for round in range(1, 50):
    source = "\\n" * round + "def make(n, at):\\n kept[at] = b'.' * n"
    exec(compile(source, "made.py", "exec"))
    for n in range(100):
        make(1000 + n, n)
    found = mine(told())
    assert found.pop((("made.py", round + 2),)) == (sum(range(1000, 1100)) + 3300, 100)
    assert len(found) <= 1, found
    kept[:] = [None] * len(kept)
    _tracemalloc.stop()
    _tracemalloc.start(1)
"""
    traced(code, tmp_path)


def test_other_domains_and_threads_without_the_gil_count(tmp_path: Path) -> None:
    code = """
import ctypes, threading
track = ctypes.pythonapi.PyTraceMalloc_Track
track.argtypes = ctypes.c_uint, ctypes.c_size_t, ctypes.c_size_t
exec(compile("def track_one(n):\\n track(7, 0x1000 + n, 500)", "made.py", "exec"))
for n in range(100):
    track_one(n)
halt = threading.Event()
def work():
    while not halt.is_set():
        sum(range(1000)), str(halt)
thread = threading.Thread(target=work)
thread.start()
for _ in range(50):
    assert mine(told())[(("made.py", 2),)][0] >= 50_000
halt.set()
thread.join()
"""
    traced(code, tmp_path)


def test_without_tracing_nothing_is_known(tmp_path: Path) -> None:
    code = """
_tracemalloc.stop()
assert not told()
"""
    traced(code, tmp_path)
