"""
Whether snapshots keep to their budget with 1, 3 and 10 million live blocks.

    python benchmarks/snapshots.py [--python VENV/bin/python] [--millions 1,3,10]

A target builds that many blocks, works on some of them for a while, and ends.
The bar: while it runs, snapshots take at most the share of the schedule (a
fiftieth of busy time); the one at the end is taken once, and its seconds and
memory are what they are.  `tracing` is bare `python -X tracemalloc=1`;
memory is the highest resident memory, and `more` what memprof adds to tracing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from paired import machine, memprof, run_once

from memprof.capture.reader import read
from memprof.model.facts import Facts

_TARGET = """
import sys
kept = [b"%032d" % n for n in range(int(sys.argv[1]))]
for _ in range(int(sys.argv[2])):
    for n in range(100_000):
        kept[n] = b"%032d" % n
"""

# Runs a command and says its processor time and its highest resident memory; a
# process of its own, because the system keeps one peak for all children.
_MEASURED = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
wall_s = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024]))
"""

_BAR = 0.02


def measure(command: list[str], folder: str) -> tuple[float, float, float]:
    """Return processor seconds, wall seconds and the highest MiB of *command*."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    text = subprocess.check_output(
        [sys.executable, "-c", _MEASURED, *command], cwd=folder, env=env, text=True
    )
    cpu_s, wall_s, peak_mib = json.loads(text)
    return cpu_s, wall_s, peak_mib


def shares(facts: Facts) -> tuple[int, int, float, float]:
    """Return snapshots while it ran, skips told, their share, the last one's seconds."""
    *periodic, last = facts.snapshots
    during = [one for one in periodic if one.reason != "start"]
    spent_ns = sum(one.cost_ns for one in during)
    return len(during), len(facts.run.skips), spent_ns / max(last.at_ns, 1), last.cost_ns / 1e9


def main() -> None:
    """Run the target at each size, bare, traced and under memprof; print a row each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--millions", default="1,3,10")
    parser.add_argument("--rounds", type=int, default=300)
    wanted = parser.parse_args()
    python = wanted.python if os.sep not in wanted.python else os.path.abspath(wanted.python)
    run_once(memprof(python, "-c", "pass"))
    print(f"{machine(python)}; the target replaces {wanted.rounds} x 100,000 of its blocks\n")
    print(f"{'':10s}{'--- cpu s ---':>31s}{'--- snapshots ---':>21s}{'--- memory MiB ---':>24s}")
    heads = ("bare", "noise", "tracing", "memprof", "taken", "skips", "share", "last s")
    print(f"{'blocks':10s}" + "".join(f"{head:>{len(head) + 2}s}" for head in heads), end="")
    print(f"{'bare':>8s}{'tracing':>9s}{'more':>7s}")
    kept = True
    for millions in wanted.millions.split(","):
        number = str(int(float(millions) * 1_000_000))
        target = ["-c", _TARGET, number, str(wanted.rounds)]
        with tempfile.TemporaryDirectory() as folder:
            bare, _, bare_mib = measure([python, *target], folder)
            again, _, _ = measure([python, *target], folder)
            tracing, _, tracing_mib = measure([python, "-X", "tracemalloc=1", *target], folder)
            ours, _, ours_mib = measure(memprof(python, *target), folder)
            facts = read(os.path.join(folder, "m.memprof"))
        taken, skips, share, last_s = shares(facts)
        kept = kept and share <= _BAR
        print(f"{millions + ' million':10s}{bare:6.1f}{again / bare:7.2f}{tracing:9.1f}", end="")
        print(f"{ours:9.1f}{taken:7d}{skips:7d}{share:7.2%}{last_s:8.2f}", end="")
        print(f"{bare_mib:8.0f}{tracing_mib:9.0f}{ours_mib - tracing_mib:7.0f}", flush=True)
    print(f"\nsnapshots while it ran, at most {_BAR:.0%} of it: {'held' if kept else 'MISSED'}")


if __name__ == "__main__":
    main()
