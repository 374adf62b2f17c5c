"""
What `pytest --memprof` costs, and whom it accuses, on the suites of published packages.

Name folders of unpacked sdists, each with `tests` or `test` in it; `pip download
--no-deps --no-binary :all: NAME` brings them.  What their tests need has to be there.
Each round runs a suite bare and measured, one after the other.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BAR = 1.25
_ACCUSED = re.compile(r"^ERROR (\S+) - (?:LEAK|THREADS|DESCRIPTORS)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a suite: processor time, its last line, who was accused, whether it failed."""

    cpu_s: float
    said: str
    accused: tuple[str, ...]
    failed: bool


def run(python: str, folder: Path, words: Sequence[str]) -> Ran:
    """Run the suite in *folder* with the further *words*."""
    source = folder / "src" if (folder / "src").is_dir() else folder
    tests = next(name for name in ("tests", "test") if (folder / name).is_dir())
    env = {**os.environ, "PYTHONPATH": str(source), "PYTHONHASHSEED": "0", "COLUMNS": "200"}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, *words]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines()[-1:]
    accused = tuple(sorted(_ACCUSED.findall(done.stdout)))
    return Ran(cpu_s, lines[-1], accused, done.returncode != 0)


def compare(python: str, folder: Path, words: Sequence[str], repeat: int) -> float:
    """Run the suite in turn, print what came of it and return the ratio."""
    first = run(python, folder, words)
    if first.failed:
        sys.exit(f"{folder.name} does not pass without memprof: {first.said}")
    pairs = [
        (run(python, folder, words), run(python, folder, [*words, "--memprof"]))
        for _ in range(repeat)
    ]
    ratios = sorted(measured.cpu_s / bare.cpu_s for bare, measured in pairs)
    ratio = statistics.median(ratios)
    bare_s = statistics.median(bare.cpu_s for bare, _ in pairs)
    measured_s = statistics.median(measured.cpu_s for _, measured in pairs)
    accused = {measured.accused for _, measured in pairs}
    print(f"{folder.name:24} {bare_s:7.2f} s {measured_s:7.2f} s  {ratio:5.2f}  ", end="")
    print(f"({ratios[0]:.2f}-{ratios[-1]:.2f})  {pairs[-1][1].said}")
    same = "in every run" if len(accused) == 1 else "NOT the same in every run"
    for one in sorted(set().union(*accused)):
        print(f"    accused, {same}: {one}")
    return ratio


def main() -> int:
    """Compare all suites; return 1 where the bar is not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--deselect", action="append", default=[], help="tests to leave out")
    asked = parser.parse_args()
    words = [f"--deselect={name}" for name in asked.deselect]
    folders = [one.resolve() for one in asked.folders]
    ratios = [compare(asked.python, one, words, asked.repeat) for one in folders]
    held = max(ratios) <= BAR
    print(f"bar {BAR} x bare: {'held' if held else 'NOT held'}, {max(ratios):.2f} at most")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
