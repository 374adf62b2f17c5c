"""
A churning server for an hour: does memprof stay as small as it was?

    python benchmarks/soak.py [--minutes 60] [--rate 15] [--out DIRECTORY]

Two servers (soak_server.py) take the same requests over the loopback, one of
them bare, one under `memprof run`.  Looked at now and then: resident memory of
the launcher and of both servers, open descriptors, the capture's size; at the
end the capture says what memprof itself took and whether anything was lost.
What is judged is the growth from the end of the first quarter to the end.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from memprof.agent.schedule import CAPTURE_BYTES
from memprof.capture.reader import read
from memprof.model.facts import Facts

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "soak_server.py")
LINES, LOOKS = 20, 50
WARM_UP = 4
"""A quarter of the run is not judged."""

LAUNCHER_BYTES, AGENT_BYTES = 1 << 20, 2 << 20
"""What they may grow by; the twin alone wanders by about as much."""

MIB = 1 << 20


@dataclass(frozen=True)
class Look:
    """The two servers and the launcher at one moment; sizes in bytes."""

    at_s: float
    bare: int
    target: int
    launcher: int
    launcher_descriptors: int
    target_descriptors: int
    capture: int
    requests: int


class Server:
    """A started server; `pid` is its own, that of `process` may be the launcher's."""

    def __init__(self, command: list[str]) -> None:
        """Start *command* and wait until it serves."""
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None  # noqa: S101  (asked for a line above)
        self.pid, self.port = map(int, self.process.stdout.readline().split())

    def ask(self, path: str = "/") -> None:
        """Send one request and read its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()

    def stop(self) -> int:
        """Let the server end; return its status."""
        self.ask("/stop")
        self.process.communicate(timeout=120)
        return self.process.returncode


def resident(pid: int) -> int:
    """Return the resident memory of process *pid*."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as words:
        return int(words.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    """Return how many descriptors process *pid* has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def look(began: float, bare: Server, profiled: Server, capture: str, requests: int) -> Look:
    """Return what is to be seen now."""
    launcher = profiled.process.pid
    return Look(
        at_s=time.monotonic() - began,
        bare=resident(bare.pid),
        target=resident(profiled.pid),
        launcher=resident(launcher),
        launcher_descriptors=descriptors(launcher),
        target_descriptors=descriptors(profiled.pid),
        capture=os.path.getsize(capture),
        requests=requests,
    )


def line(one: Look) -> str:
    """Return *one* look as a line of the table."""
    sizes = (one.bare, one.target, one.target - one.bare, one.launcher, one.capture)
    figures = "".join(f"{size / MIB:>10.2f}" for size in sizes)
    opened = f"{one.target_descriptors:>6}{one.launcher_descriptors:>6}"
    return f"{one.at_s / 60:>7.1f}{one.requests:>10}{figures}{opened}"


def soak(seconds: float, rate: float, capture: str) -> tuple[list[list[Look]], int]:
    """Load both servers for *seconds*; return the looks by twentieths, and the target's status."""
    run = [sys.executable, "-m", "memprof", "run", "-q", "-f", "-o", capture]
    profiled, bare = Server([*run, SERVER]), Server([sys.executable, SERVER])
    names = ("bare", "target", "more", "launcher", "capture")
    print("minutes  requests" + "".join(f"{name:>10}" for name in names) + "   fds  ours")
    began = time.monotonic()
    groups: list[list[Look]] = [[] for _ in range(LINES)]
    requests = 0
    while (past := time.monotonic() - began) < seconds:
        profiled.ask()
        bare.ask()
        requests += 1
        part = min(int(past / seconds * LINES), LINES - 1)
        if part and not groups[part]:
            print(line(groups[part - 1][-1]), flush=True)
        if len(groups[part]) <= (past * LINES / seconds - part) * LOOKS:
            groups[part].append(look(began, bare, profiled, capture, requests))
        time.sleep(max(began + requests / rate - time.monotonic(), 0))
    print(line(groups[-1][-1]), flush=True)
    status = profiled.stop()
    bare.stop()
    return groups, status


def grown(groups: list[list[Look]], field: str) -> tuple[float, float]:
    """Return the median of *field* at the end of the warm-up, and at the end of the run."""
    chosen = groups[WARM_UP], groups[-1]
    first, last = (
        statistics.median(
            one.target - one.bare if field == "more" else getattr(one, field) for one in group
        )
        for group in chosen
    )
    return first, last


def own(facts: Facts) -> tuple[int, int]:
    """Return what memprof took of the target's memory at the warm-up's end, and at the end."""
    known = [one for one in facts.snapshots if one.rss_bytes is not None]
    quarter = facts.run.duration_ns // WARM_UP
    first = next(one for one in known if one.at_ns >= quarter)
    return tuple(one.own_bytes + one.tracing_bytes for one in (first, known[-1]))  # type: ignore[return-value]


def verdict(groups: list[list[Look]], facts: Facts, status: int, size: int) -> bool:
    """Print what came of it; tell whether all of it holds."""
    rows = []
    for name, field, limit in (
        ("RSS of the bare server", "bare", None),
        ("RSS of the server under memprof", "target", None),
        ("RSS that memprof adds", "more", AGENT_BYTES),
        ("RSS of the launcher", "launcher", LAUNCHER_BYTES),
    ):
        rows.append((name, *grown(groups, field), limit))
    rows.append(("blocks and tables of the agent", *own(facts), AGENT_BYTES))
    held = True
    print(f"\n{'MiB':<34}{'quarter':>9}{'end':>9}{'growth':>9}{'allowed':>9}")
    for name, first, last, limit in rows:
        fine = limit is None or last - first <= limit
        held = held and fine
        allowed = "" if limit is None else f"{limit / MIB:>9.2f}{'' if fine else '  BROKEN'}"
        figures = f"{first / MIB:>9.2f}{last / MIB:>9.2f}{(last - first) / MIB:>+9.2f}"
        print(f"{name:<34}{figures}{allowed}")
    run = facts.run
    whole = run.complete and run.lost_records == run.damaged_records == 0
    print(f"{'capture':<34}{'':>9}{size / MIB:>9.2f}{'':>9}{CAPTURE_BYTES / MIB:>9.2f}")
    print(
        f"{len(facts.snapshots)} snapshots, {len(run.skips)} skipped; records lost"
        f" {run.lost_records}, damaged {run.damaged_records};"
        f" capture {'complete' if run.complete else 'INCOMPLETE'}, status {status};"
        f" memprof's own work {run.overhead_ns / run.duration_ns:.2%} of the run"
    )
    return held and whole and status == 0 and size <= CAPTURE_BYTES


def main() -> None:
    """Soak, print, and end with 1 where something does not hold."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    words.add_argument("--minutes", type=float, default=60.0)
    words.add_argument("--rate", type=float, default=15.0, help="requests a second, to each server")
    words.add_argument("--out", help="keep the capture here, soak.memprof")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(asked.out or folder, exist_ok=True)
        capture = os.path.join(asked.out or folder, "soak.memprof")
        groups, status = soak(asked.minutes * 60, asked.rate, capture)
        fine = verdict(groups, read(capture), status, os.path.getsize(capture))
    print("all of it holds" if fine else "NOT all of it holds")
    sys.exit(not fine)


main()
