"""
What a run costs in processor time, over workloads of one to three seconds.

    python benchmarks/overhead.py [--python VENV/bin/python] [--repeat N] [--only NAME,NAME]

The workloads are pyperformance's, or four of our own where VENV has none.
The bars, each a geometric mean: `--engine off` at most 1.05 of bare Python,
the default engine at most 1.05 of bare `python -X tracemalloc=1`.  `noise` is
bare Python over bare Python, the lowest and highest of all rounds.
"""

import argparse
import os
import statistics
import subprocess
import sys

from paired import cpu_ratios, geomean, machine, memprof, rounds, run_once, spread

_BAR = 1.05

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


def main() -> None:
    """Measure every workload and print a row for each, then the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only")
    wanted = parser.parse_args()
    python = wanted.python if os.sep not in wanted.python else os.path.abspath(wanted.python)
    known = workloads(python)
    run_once(memprof(python, "-c", "pass"))
    print(f"{machine(python)}; processor time, median of {wanted.repeat} rounds\n")
    print(f"{'':15s}{'bare s':>8s}{'noise':>12s}{'off':>8s}{'tracing':>9s}", end="")
    print(f"{'memprof':>9s}{'/tracing':>10s}")
    noise: list[float] = []
    means: dict[str, list[float]] = {"off": [], "tracing": [], "memprof": [], "over": []}
    for name in wanted.only.split(",") if wanted.only else known:
        target = known[name]
        costs = rounds(
            {
                "bare": [python, *target],
                "again": [python, *target],
                "off": memprof(python, "--engine", "off", *target),
                "tracing": [python, "-X", "tracemalloc=1", *target],
                "memprof": memprof(python, *target),
            },
            wanted.repeat,
        )
        pairs = cpu_ratios(costs["again"], costs["bare"])
        noise += pairs
        row = {
            which: statistics.median(cpu_ratios(costs[which], costs["bare"]))
            for which in ("off", "tracing", "memprof")
        }
        row["over"] = statistics.median(cpu_ratios(costs["memprof"], costs["tracing"]))
        for which, ratio in row.items():
            means[which].append(ratio)
        bare_s = statistics.median(cost.cpu_s for cost in costs["bare"])
        print(f"{name:15s}{bare_s:8.2f}{spread(pairs):>12s}{row['off']:8.3f}", end="")
        print(f"{row['tracing']:9.3f}{row['memprof']:9.3f}{row['over']:10.3f}", flush=True)
    mean = {which: geomean(ratios) for which, ratios in means.items()}
    print(f"{'geometric mean':23s}{spread(noise):>12s}{mean['off']:8.3f}", end="")
    print(f"{mean['tracing']:9.3f}{mean['memprof']:9.3f}{mean['over']:10.3f}\n")
    for what, which in (("engine off over bare", "off"), ("memprof over tracing", "over")):
        said = "held" if mean[which] <= _BAR else "MISSED"
        print(f"{what}: {mean[which]:.3f}, at most {_BAR}: {said}")


if __name__ == "__main__":
    main()
