"""
How fast a large capture is read: 1,000 snapshots in which all of 5,000 sites change.

    python benchmarks/report_speed.py [--snapshots N] [--sites N]

Each row is measured in a process of its own: seconds (the best of three),
peak resident memory, and the ratio to `json.loads` of the same lines.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from memprof.agent.wire import MAGIC, seal

_HELLO = {
    "clock_ns": 0,
    "started_unix_s": 1_700_000_000,
    "memprof": "0",
    "python": "3.12.1",
    "implementation": "cpython",
    "free_threaded": False,
    "pid": 1,
    "ppid": 1,
    "engine": "tracemalloc",
    "depth": 1,
    "interval_s": None,
    "cycles": False,
    "target": "app.py",
    "platform": "linux",
}

_IMPORT = "import memprof.capture.reader"
_JSON = """
import json, sys
for line in open(sys.argv[1], "rb").readlines()[1:]:
    json.loads(line[9:])
"""
_READ = """
import sys
from memprof.capture.reader import read
read(sys.argv[1])
"""

_RUNS = 3


def build(path: Path, snapshots: int, sites: int) -> None:
    """Write a capture of *snapshots* in each of which all *sites* change."""
    chance = random.Random(1)  # noqa: S311 - sizes for a measurement
    with path.open("wb") as file:
        file.write(MAGIC + seal("hello", _HELLO))
        file.write(seal("strings", {"first": 0, "texts": ["app.py"]}))
        lines = [number for line in range(sites) for number in (0, line)]
        file.write(seal("frames", {"first": 0, "rows": lines}))
        file.write(seal("sites", {"first": 0, "stacks": [[site] for site in range(sites)]}))
        for number in range(snapshots):
            live_bytes = [chance.randrange(100, 5_000_000) for _ in range(sites)]
            blocks = [chance.randrange(1, 3_000) for _ in range(sites)]
            runs = [0, sites]
            file.write(seal("live", {"runs": runs, "bytes": live_bytes, "blocks": blocks}))
            file.write(seal("snapshot", _snapshot(number, sum(live_bytes), sum(blocks))))
        footer = {"at_ns": snapshots * 10**9, "reason": "exit", "overhead_ns": 0, "lost": 0}
        file.write(seal("footer", footer))


def _snapshot(number: int, live_bytes: int, live_blocks: int) -> dict[str, object]:
    """Return the fields of a `snapshot` record."""
    return {
        "number": number,
        "at_ns": (number + 1) * 10**9 - 1,
        "name": None,
        "reason": "interval",
        "cost_ns": 1_000_000,
        "live_bytes": live_bytes,
        "live_blocks": live_blocks,
        "peak_bytes": live_bytes,
        "own_bytes": 0,
        "tracing_bytes": 0,
        "allocated_blocks": live_blocks,
        "native_used_bytes": None,
        "native_held_bytes": None,
        "rss_bytes": live_bytes,
        "rss_peak_bytes": live_bytes,
        "file_bytes": None,
        "threads": 1,
    }


def measure(arguments: list[str]) -> tuple[float, float]:
    """Return the seconds and the peak MiB of a Python with *arguments*, best of a few."""
    best = (float("inf"), 0.0)
    for _ in range(_RUNS):
        began = time.perf_counter()
        child = subprocess.run(
            [sys.executable, "-c", _MEASURED, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
            text=True,
        )
        seconds = time.perf_counter() - began
        best = min(best, (seconds, int(child.stderr.split()[-1]) / 1024))
    return best


# Starts the command and says the peak of its resident memory; a process of its
# own, because the system keeps one peak for all children.
_MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def main() -> None:
    """Build the capture, measure each way to read it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=1000)
    parser.add_argument("--sites", type=int, default=5000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.memprof"
        build(path, wanted.snapshots, wanted.sites)
        size = path.stat().st_size / (1 << 20)
        print(f"{wanted.snapshots} snapshots x {wanted.sites} sites, {size:.0f} MiB")
        print(f"Python {sys.version.split()[0]}, best of {_RUNS}\n")
        print(f"{'':24s}{'seconds':>8s}{'peak MiB':>10s}{'x json':>8s}")
        rows = {
            "import the reader": ["-c", _IMPORT],
            "json.loads of the lines": ["-c", _JSON, str(path)],
            "capture.reader.read": ["-c", _READ, str(path)],
            "memprof report": ["-m", "memprof", "report", str(path)],
        }
        json_s = 0.0
        for name, arguments in rows.items():
            try:
                seconds, peak = measure(arguments)
            except subprocess.CalledProcessError:
                print(f"{name:24s}  failed")
                continue
            json_s = seconds if name.startswith("json") else json_s
            ratio = f"{seconds / json_s:8.2f}" if json_s else ""
            print(f"{name:24s}{seconds:8.2f}{peak:10.0f}{ratio}")


if __name__ == "__main__":
    main()
