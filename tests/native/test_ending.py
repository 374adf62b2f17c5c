"""The end of the interpreter, with daemon threads that go on allocating."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

RUNS = 50

PROGRAM = """
import threading
from memprof.agent import _heap

def with_gil(begun):
    kept = []
    while True:
        kept.append((bytes(len(kept)), str(kept[-1:])[:40]))
        begun.set()
        if len(kept) > 30:
            kept.clear()

def without_gil(begun):
    while True:
        for work in works:
            work()
            begun.set()

import bz2, hashlib, zlib
data = bytes(range(256)) * 50
packed, squeezed = zlib.compress(data), bz2.compress(data)
works = [
    lambda: zlib.decompress(packed),
    lambda: bz2.decompress(squeezed),
    lambda: hashlib.sha256(data).digest(),
]
_heap.start(%d, "/nowhere/")
for work in (with_gil, without_gil, without_gil):
    begun = threading.Event()
    threading.Thread(target=work, args=(begun,), daemon=True).start()
    begun.wait()
"""


def run(depth: int, cwd: Path) -> tuple[int, str]:
    """Run the program once; return its exit status and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM % depth],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("depth", [1, 5])
def test_no_run_ends_in_a_crash(depth: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: run(depth, tmp_path), range(RUNS)))
    assert [end for end in ends if end != (0, "")] == []
