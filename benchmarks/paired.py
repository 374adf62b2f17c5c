"""
Run commands in turn and compare them pair by pair.

On a shared machine the speed changes from second to second, so nothing is
compared but neighbours: each round runs every command once, and a ratio is
the median over the rounds.
"""

import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took, its children included: `cpu_s`, `wall_s`."""

    cpu_s: float
    wall_s: float


def run_once(command: Sequence[str]) -> Cost:
    """Run *command* in an empty directory and return its cost; stop if it fails."""
    # Compiled modules are kept, as they are for a user.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONHASHSEED"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)
        wall_s = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[:6]}: exit {done.returncode}\n{done.stderr.decode()[-800:]}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s, wall_s)


def rounds(commands: Mapping[str, Sequence[str]], repeat: int) -> dict[str, list[Cost]]:
    """Run all *commands* in turn, *repeat* times after a warm-up; return the costs by name."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(repeat):
        # Every second round backwards: a machine that slows down favours nobody.
        names = list(commands) if number % 2 == 0 else list(reversed(commands))
        for name in names:
            costs[name].append(run_once(commands[name]))
    return costs


def cpu_ratios(of: Iterable[Cost], to: Iterable[Cost]) -> list[float]:
    """Return the processor time of each run in *of* over that of its neighbour in *to*."""
    return [one.cpu_s / other.cpu_s for one, other in zip(of, to, strict=True)]


def geomean(ratios: Sequence[float]) -> float:
    """Return the geometric mean of *ratios*."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def memprof(python: str, *words: str) -> list[str]:
    """Return the command that runs the target *words* under memprof, quietly."""
    return [python, "-m", "memprof", "run", "-q", "-o", "m.memprof", *words]


def machine(python: str) -> str:
    """Return the interpreter and the number of processors in one line."""
    version = subprocess.check_output([python, "-V"], text=True).strip()
    compiled = Path(
        subprocess.check_output(
            [python, "-c", "import memprof; print(memprof.__file__)"], text=True, cwd="/"
        ).strip()
    )
    note = "" if (compiled.parent / "__pycache__").exists() else ", no compiled modules yet"
    return f"{version}, {len(os.sched_getaffinity(0))} processors, {sys.platform}{note}"
