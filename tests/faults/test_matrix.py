"""
The fault matrix, in small: one program of each kind; `nox -s faults` has them all.

What it runs is tried here too: that it would say so if something differed.
"""

import sys
from pathlib import Path

import pytest
from support.faults import FAULTS, Fault
from support.faults.matrix import Profiler, can_run, compare

from memprof.capture.reader import read

CHOSEN = (
    "one-file-everywhere",
    "a-socket-everywhere",
    "another-user",
    "a-storm-of-signals",
    "audit-hook-that-refuses",
    "metaclass-that-raises",
    "code-with-odd-names",
    "option-development-and-forks",
    "variable-locale-c-without-utf8",
    "no-proc",
)

RUN = ("{python}", "-m", "memprof", "run", "-q", "-f", "-o", "{capture}")
MEMPROF = Profiler(
    "memprof", RUN, lambda capture: bool(read(capture).snapshots), starts_python=True
)


def test_there_are_hundreds_and_each_is_a_program() -> None:
    assert len(FAULTS) > 200
    for fault in FAULTS.values():
        compile(fault.text, fault.name, "exec")


@pytest.mark.parametrize("name", CHOSEN)
def test_nothing_changed_and_nothing_lost(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    if not can_run(fault, tmp_path):
        pytest.skip("there are no namespaces to be had")
    row = compare(fault, sys.executable, MEMPROF, tmp_path)
    assert row.holds == (True, True, True, True), row.why


def test_a_profiler_that_changes_everything_is_found_out(tmp_path: Path) -> None:
    code = "import sys; print('other'); sys.exit('other')"
    other = Profiler("other", ("{python}", "-c", code), lambda _: False)
    row = compare(Fault("returns", "print(1)"), sys.executable, other, tmp_path)
    assert row.holds == (False, False, False, False)
    assert row.why.startswith(
        "ended with 1, bare 0; stdout b'other\\n', bare b'holding 20000\\n1\\n'"
    )
