"""
The fault matrix of memprof and its peers: what each changes, and loses, of programs that misbehave.

    python benchmarks/faults.py [--peers PYTHON] [--tools TOOL,TOOL] [NAME...]

The programs are those of tests/support/faults.  The peers run by the interpreter
--peers where they are installed; memprof and what it is compared with by this one.
Each program runs bare and under each tool, by the same interpreter.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))

from support.faults import FAULTS, Fault
from support.faults.matrix import NAMES, Profiler, Row, can_run, compare

from memprof.capture.reader import read
from memprof.errors import MemprofError


def reads_memprof(capture: Path) -> bool:
    """Tell whether memprof reads *capture*."""
    try:
        return bool(read(capture).snapshots)
    except MemprofError:
        return False


def reads_trace(capture: Path) -> bool:
    """Tell whether *capture* is a trace with at least an event."""
    try:
        return bool(json.loads(capture.read_bytes())["traceEvents"])
    except (OSError, ValueError, LookupError):
        return False


def profilers(peers: str) -> dict[str, Profiler]:
    """Return each tool by name; the peers' data is read by their own commands, of *peers*."""

    def succeeds(*words: str) -> Callable[[Path], bool]:
        def reads(capture: Path) -> bool:
            command = [peers, "-m", *(word.format(capture=capture) for word in words)]
            done = subprocess.run(command, capture_output=True, check=False)
            return capture.exists() and done.returncode == 0

        return reads

    run = ("{python}", "-m", "memprof", "run", "-q", "-f", "-o", "{capture}")
    return {
        one.name: one
        for one in (
            Profiler("memprof", run, reads_memprof, starts_python=True),
            Profiler(
                "memray",
                ("{python}", "-m", "memray", "run", "-q", "-f", "-o", "{capture}"),
                succeeds("memray", "stats", "--json", "-o", os.devnull, "-f", "{capture}"),
            ),
            Profiler(
                "coverage",
                ("{python}", "-m", "coverage", "run", "--data-file={capture}"),
                succeeds("coverage", "report", "--data-file={capture}", "-i"),
            ),
            Profiler(
                "viztracer",
                ("{python}", "-m", "viztracer", "--quiet", "--output_file", "{capture}.json"),
                lambda capture: reads_trace(Path(f"{capture}.json")),
            ),
        )
    }


def matrix(
    tool: Profiler, python: str, faults: Sequence[Fault], folder: Path, jobs: int
) -> list[Row]:
    """Run *faults* by *python* under *tool*, *jobs* at a time."""
    with ThreadPoolExecutor(jobs) as pool:
        places = (folder / tool.name / str(number) for number in range(len(faults)))
        return list(pool.map(lambda one, at: compare(one, python, tool, at), faults, places))


def main() -> None:
    """Print a line for each tool."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    words.add_argument("--peers", default=sys.executable, help="the interpreter that has them")
    words.add_argument("--tools", default="memprof,memray,coverage,viztracer")
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    words.add_argument("--why", action="store_true", help="say of each program what differs")
    words.add_argument("names", nargs="*", metavar="NAME")
    asked = words.parse_args()
    print(f"{'':<12}{'targets':>8}" + "".join(f"{name:>8}" for name in NAMES) + f"{'all':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = [FAULTS[one] for one in asked.names] or list(FAULTS.values())
        faults = [one for one in wanted if can_run(one, folder)]
        for tool in asked.tools.split(","):
            python = sys.executable if tool == "memprof" else asked.peers
            rows = matrix(profilers(asked.peers)[tool], python, faults, folder, asked.jobs)
            totals = [sum(column) for column in zip(*(row.holds for row in rows), strict=True)]
            figures = (len(rows), *totals, sum(all(row.holds) for row in rows))
            print(f"{tool:<12}" + "".join(f"{figure:>8}" for figure in figures), flush=True)
            for row in rows if asked.why else ():
                if row.why:
                    print(f"  {row.fault}: {row.why}", flush=True)


main()
