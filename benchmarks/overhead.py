"""
What a run costs in processor time, over workloads of one to three seconds.

    python benchmarks/overhead.py [--python VENV/bin/python] [--repeat N] [--only NAME,NAME]

The workloads are pyperformance's, or four of our own where VENV has none.
Each column is the processor time of a way to run them over bare Python, all in
turn; peers stand beside memprof where VENV has them.  `again` is bare Python
over bare Python: the noise.  The bars are geometric means.
"""

import argparse
import functools
import os
import statistics
import subprocess
import sys

from paired import cpu_ratios, geomean, machine, memprof, rounds, run_once

# The column, what it is over, and at most how much.
_BARS = (
    ("off", "again", 1.05),
    ("sample", "again", 1.04),
    ("native", "again", 1.20),
    ("native 10", "again", 1.33),
    ("tracemalloc", "-X tracemalloc", 1.05),
)

# Name: the script below pyperformance's workloads, loops, further arguments.
_PYPERFORMANCE = {
    "deltablue": ("bm_deltablue", 600, ()),
    "raytrace": ("bm_raytrace", 6, ()),
    "json_dumps": ("bm_json_dumps", 250, ()),
    "deepcopy": ("bm_deepcopy", 1500, ()),
    "async_tree": ("bm_async_tree", 3, ("none",)),
    "gc_collect": ("bm_gc_collect", 600, ()),
    "pyflate": ("bm_pyflate", 3, ()),
    "spectral_norm": ("bm_spectral_norm", 12, ()),
    "logging": ("bm_logging", 25000, ("format",)),
}

_OWN = {
    "numbers": "total = 0\nfor n in range(25_000_000): total += n & 255",
    "objects": """
class Node:
    def __init__(self, left, right):
        self.left, self.right = left, right
def tree(depth):
    return Node(tree(depth - 1), tree(depth - 1)) if depth else Node(None, None)
for _ in range(60):
    tree(15)
""",
    "growing": """
kept = []
for n in range(5_000_000):
    one = (n, str(n))
    if n % 50 == 0:
        kept.append(one)
""",
    "cycles": """
for n in range(10_000_000):
    one = []
    one.append(one)
""",
}

# The words that run a target under a peer, and what stands between it and its own.
_PEERS = {
    "memray": (("memray", "run", "-q", "-f", "-o", "memray.bin"), ()),
    "scalene": (("scalene", "run", "-o", "scalene.json"), ("---",)),
    "fil": (("filprofiler", "--no-browser", "-o", "fil", "run"), ()),
}

_FIND = (
    "import os, pyperformance; "
    "print(os.path.join(os.path.dirname(pyperformance.__file__), 'data-files', 'benchmarks'))"
)


def workloads(python: str) -> dict[str, list[str]]:
    """Return the arguments of each workload by name."""
    asked = subprocess.run([python, "-c", _FIND], capture_output=True, text=True, check=False)
    if asked.returncode:
        return {name: ["-c", code] for name, code in _OWN.items()}
    found = {}
    for name, (script, loops, more) in _PYPERFORMANCE.items():
        path = os.path.join(asked.stdout.strip(), script, "run_benchmark.py")
        found[name] = [path, "--worker", "-l", str(loops), "-n", "1", "-w", "0", *more]
    return found


def ways(python: str, target: list[str]) -> dict[str, list[str]]:
    """Return the commands that run *target*, bare first, by column."""
    found = {
        "bare": [python, *target],
        "again": [python, *target],
        "off": memprof(python, "--engine", "off", *target),
        "sample": memprof(python, "--engine", "sample", *target),
        "native": memprof(python, "--engine", "native", *target),
        "native 10": memprof(python, "--engine", "native", "--depth", "10", *target),
        "tracemalloc": memprof(python, "--engine", "tracemalloc", *target),
        "-X tracemalloc": [python, "-X", "tracemalloc=1", *target],
    }
    for name, (words, between) in _PEERS.items():
        command = [python, "-m", *words, target[0], *between, *target[1:]]
        if target[0] != "-c" and is_installed(*command[:3]):
            found[name] = command
    return found


@functools.cache
def is_installed(*command: str) -> bool:
    """Tell whether the peer that *command* starts is there and answers."""
    asked = [*command, "--help"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def main() -> None:
    """Measure every workload and print a row for each, then the means and the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", help="workloads, with commas between")
    parser.add_argument("--ways", help="columns, with commas between")
    wanted = parser.parse_args()
    python = wanted.python if os.sep not in wanted.python else os.path.abspath(wanted.python)
    known = workloads(python)
    run_once(memprof(python, "-c", "pass"))
    print(f"{machine(python)}; processor time, median of {wanted.repeat} rounds\n")
    means: dict[str, list[float]] = {}
    for name in wanted.only.split(",") if wanted.only else known:
        commands = ways(python, known[name])
        if wanted.ways:
            kept = {"bare", "again", *wanted.ways.split(",")}
            commands = {way: words for way, words in commands.items() if way in kept}
        if not means:
            means = {way: [] for way in list(commands)[1:]}
            print(f"| workload | bare s | {' | '.join(means)} |")
            print(f"|{'---|' * (2 + len(means))}", flush=True)
        costs = rounds(commands, wanted.repeat)
        for way, ratios in means.items():
            ratios.append(statistics.median(cpu_ratios(costs[way], costs["bare"])))
        bare_s = statistics.median(cost.cpu_s for cost in costs["bare"])
        row = " | ".join(f"{ratios[-1]:.2f}" for ratios in means.values())
        print(f"| {name} | {bare_s:.2f} | {row} |", flush=True)
    mean = {way: geomean(ratios) for way, ratios in means.items()}
    print(f"| geometric mean | | {' | '.join(f'{ratio:.3f}' for ratio in mean.values())} |")
    worst = " | ".join(f"{max(ratios):.2f}" for ratios in means.values())
    print(f"| worst | | {worst} |\n")
    for way, base, bar in _BARS:
        if way in mean and base in mean:
            ratio = mean[way] / (mean[base] if base != "again" else 1)
            said = "held" if ratio <= bar else "MISSED"
            over = "bare" if base == "again" else base
            print(f"{way} over {over}: {ratio:.3f}, at most {bar}: {said}")


if __name__ == "__main__":
    main()
