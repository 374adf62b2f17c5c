"""
The fault matrix: hundreds of misbehaving programs, bare and under memprof.

    python tests/faults [--python PYTHON]... [--targets FOLDER] [NAME...]

Each runs by every Python that is named, which must have memprof; this one if none is.
Prints what differs, and how many end as bare, say the same on standard output and
standard error, and leave a capture that reads.  FOLDER may hold further programs.
Ends with 1 where anything differs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Both `python -m tests.faults` and `python tests/faults` find the tests' own modules.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support.faults import FAULTS, Fault
from support.faults.matrix import NAMES, Profiler, Row, can_run, compare

from memprof.capture.reader import read
from memprof.errors import MemprofError


def reads(capture: Path) -> bool:
    """Tell whether *capture* has at least a snapshot."""
    try:
        return bool(read(capture).snapshots)
    except MemprofError:
        return False


MEMPROF = Profiler(
    "memprof",
    ("{python}", "-m", "memprof", "run", "-q", "-f", "-o", "{capture}"),
    reads,
    starts_python=True,
)


def version(python: str) -> str:
    """Return the version of the interpreter *python*."""
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout


def chosen(names: Sequence[str], folder: str | None) -> list[Fault]:
    """Return the faults called *names*, all if there are none, and the programs of *folder*."""
    found = [FAULTS[name] for name in names] if names else list(FAULTS.values())
    if folder is not None:
        found += [Whole(path.stem, path.read_text()) for path in sorted(Path(folder).glob("*.py"))]
    return found


class Whole(Fault):
    """A program that is whole as it stands."""

    @property
    def text(self) -> str:
        """The whole program."""
        return self.body


def matrix(python: str, faults: Sequence[Fault], folder: Path, jobs: int) -> list[Row]:
    """Run *faults* by *python*, *jobs* at a time; print what differs."""
    rows = []
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(
            lambda at: compare(faults[at], python, MEMPROF, folder / str(at)), range(len(faults))
        )
        for row in found:
            rows.append(row)
            if not all(row.holds):
                print(f"  {row.fault}: {row.why}", flush=True)
    return rows


def main() -> None:
    """Print the matrix of each Python."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    words.add_argument("--python", action="append", help="an interpreter that has memprof")
    words.add_argument("--targets", help="a folder of further programs")
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    words.add_argument("names", nargs="*", metavar="NAME")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="memprof-faults-") as name:
        folder = Path(name)
        wanted = chosen(asked.names, asked.targets)
        faults = [one for one in wanted if can_run(one, folder)]
        if len(faults) < len(wanted):
            left = sorted({one.name for one in wanted} - {one.name for one in faults})
            print(f"not to be had here: {', '.join(left)}")
        whole = True
        print(f"{'Python':<10}{'targets':>8}" + "".join(f"{name:>8}" for name in NAMES))
        for python in asked.python or [sys.executable]:
            rows = matrix(python, faults, folder, asked.jobs)
            totals = [sum(column) for column in zip(*(row.holds for row in rows), strict=True)]
            figures = "".join(f"{total:>8}" for total in (len(rows), *totals))
            print(f"{version(python).strip():<10}{figures}", flush=True)
            whole = whole and totals == [len(rows)] * len(NAMES)
    sys.exit(not whole)


main()
