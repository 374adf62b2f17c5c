"""Looks at all objects while classes come and go beside them."""

import sys
from pathlib import Path

from support.running import run_memprof

PROGRAM = """
import collections, gc, sys, time


class Noisy:
    def __init__(self):
        self.me = self

    def __del__(self):
        # Others run while the collector works, and while a class is being made.
        until = time.perf_counter() + 0.0003
        while time.perf_counter() < until:
            pass


gc.set_threshold(15)
sys.setswitchinterval(1e-5)
for _ in range(600):
    Noisy()

    class A(collections.UserDict):
        x = 1

    class B(A):
        pass

    collections.namedtuple("P", "a b")
    sys.modules.pop("_decimal", None)
    import _decimal
print("done")
"""


def test_classes_may_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    options = ["-q", "--interval", "10ms"]
    done = run_memprof(options, [sys.executable, "program.py"][1:], cwd=tmp_path)
    assert (done.code, done.stdout) == (0, "done\n"), done.stderr
