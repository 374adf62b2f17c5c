"""
What starting a program under memprof adds: `memprof run -q -c pass` over bare Python.

    python benchmarks/startup.py [--python VENV/bin/python] [--repeat N]

The bar: at most 200 ms of wall time more than `python -c pass`.  The rows
take the start apart; `noise` is bare Python after bare Python.
"""

import argparse
import os
import statistics
import sys

from paired import Cost, machine, memprof, rounds

_BAR_MS = 200.0


def main() -> None:
    """Start each command in turn, many times, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=21)
    wanted = parser.parse_args()
    python = wanted.python if os.sep not in wanted.python else os.path.abspath(wanted.python)
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "the same again (noise)": [python, "-c", "pass"],
        "python -X tracemalloc=1": [python, "-X", "tracemalloc=1", "-c", "pass"],
        "memprof --version": [python, "-m", "memprof", "--version"],
        "memprof run, engine off": memprof(python, "--engine", "off", "-c", "pass"),
        "memprof run": memprof(python, "-c", "pass"),
        "memprof run, with report": [python, "-m", "memprof", "run", "-o", "m", "-c", "pass"],
    }
    rounds(commands, 1)
    costs = rounds(commands, wanted.repeat)
    print(f"{machine(python)}; medians of {wanted.repeat} rounds\n")
    print(f"{'':26s}{'wall ms':>9s}{'cpu ms':>9s}{'wall +':>9s}{'cpu +':>9s}{'x bare':>9s}")
    bare = costs["python -c pass"]
    added = {name: _row(name, ones, bare) for name, ones in costs.items()}
    differences = [
        1000 * abs(one.wall_s - other.wall_s)
        for one, other in zip(costs["the same again (noise)"], bare, strict=True)
    ]
    print(f"\nnoise, wall: half of the pairs within {statistics.median(differences):.1f} ms")
    said = "held" if added["memprof run"] <= _BAR_MS else "MISSED"
    print(f"memprof run adds {added['memprof run']:.0f} ms, at most {_BAR_MS:.0f}: {said}")


def _row(name: str, ones: list[Cost], bare: list[Cost]) -> float:
    """Print the row of one command; return the wall milliseconds it adds to *bare*."""
    pairs = list(zip(ones, bare, strict=True))
    wall_ms = 1000 * statistics.median(one.wall_s for one in ones)
    cpu_ms = 1000 * statistics.median(one.cpu_s for one in ones)
    more_wall_ms = 1000 * statistics.median(one.wall_s - other.wall_s for one, other in pairs)
    more_cpu_ms = 1000 * statistics.median(one.cpu_s - other.cpu_s for one, other in pairs)
    ratio = statistics.median(one.wall_s / other.wall_s for one, other in pairs)
    print(f"{name:26s}{wall_ms:9.1f}{cpu_ms:9.1f}{more_wall_ms:9.1f}{more_cpu_ms:9.1f}{ratio:9.2f}")
    return more_wall_ms


if __name__ == "__main__":
    main()
