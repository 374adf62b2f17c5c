"""
What memprof and its peers say of programs whose truth is known.

    python benchmarks/accuracy.py [NAME...] [--python PYTHON] [--peers PYTHON] [-j N]

The targets are those of `tests/targets`.  For one that leaks: the rank of the
true cause, `top 3` or not, `-` if it is not named.  For an honest one: how many
rows accuse something.  A row accuses if it has 16 KiB or more (memray, table of
leaks; tracemalloc, compare_to), 50 objects or more (objgraph, growth), or is there
at all (scalene).  memprof accuses by its verdict.  Peers come from --peers; one
that is not installed there is left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "accuracy"))

import truths  # noqa: E402  (the line above)
from runs import run  # noqa: E402  (the same)

TOP = 3
_ENOUGH = {"memray": 16_384, "tracemalloc": 16_384, "objgraph": 50, "scalene": 0}
_NAMES = ("memprof", *_ENOUGH)
_TIMEOUT_S = 120

Row = tuple[str, int, str, float]
"""File, line, type, amount: what a peer says, where it says it."""

Answer = tuple[int | str | None, int]
"""The rank of the true cause, or why there is none, and how many rows accuse."""

Peer = Callable[[str, Sequence[str], Path, float], list[Row]]

_MEMRAY = """
import json, sys
from memray import FileReader
found = {}
with FileReader(sys.argv[1]) as reader:
    for record in reader.get_leaked_allocation_records(merge_threads=True):
        stack = record.stack_trace(max_stacks=1)
        file, line = stack[0][1:] if stack else ("", 0)
        found[file, line] = found.get((file, line), 0) + record.size
rows = sorted(((f, n, "", size) for (f, n), size in found.items()), key=lambda row: -row[3])
print(json.dumps(rows))
"""


def installed(python: str) -> list[str]:
    """Return the peers that *python* has, and say which it has not."""
    found = ["memprof", "tracemalloc"]
    for name in ("memray", "objgraph", "scalene"):
        done = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
        if done.returncode:
            print(f"{name}: not installed for {python}, left out")
        else:
            found.append(name)
    return [name for name in _NAMES if name in found]


def by_memray(python: str, words: Sequence[str], folder: Path, _wall_s: float) -> list[Row]:
    """Return memray's table of leaks by allocating line, the Python allocators traced."""
    options = ["-q", "-f", "--trace-python-allocators", "-o", "m.bin"]
    call([python, "-m", "memray", "run", *options, *words], folder)
    return json.loads(call([python, "-c", _MEMRAY, "m.bin"], folder))


def by_scalene(python: str, words: Sequence[str], folder: Path, _wall_s: float) -> list[Row]:
    """Return the lines Scalene calls leaks, likeliest first."""
    target, *arguments = words
    call([python, "-m", "scalene", "run", "-o", "s.json", target, "---", *arguments], folder)
    files = json.loads((folder / "s.json").read_text("utf-8")).get("files", {})
    rows = [
        (file, int(line), "", leak.get("likelihood", 1.0))
        for file, about in files.items()
        for line, leak in (about.get("leaks") or {}).items()
    ]
    return sorted(rows, key=lambda row: -row[3])


def by_looks(kind: str) -> Peer:
    """Return the peer that looks twice, at 30 and at 90 percent of the run."""

    def look(python: str, words: Sequence[str], folder: Path, wall_s: float) -> list[Row]:
        times = [f"{wall_s * 0.3:.3f}", f"{wall_s * 0.9:.3f}"]
        call([python, str(HERE / "looks.py"), kind, *times, "looks.json", *words], folder)
        return json.loads((folder / "looks.json").read_text("ascii"))

    return look


PEERS: dict[str, Peer] = {
    "memray": by_memray,
    "tracemalloc": by_looks("tracemalloc"),
    "objgraph": by_looks("objgraph"),
    "scalene": by_scalene,
}


def call(command: Sequence[str], folder: Path) -> str:
    """Run *command* in *folder*; return what it prints."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
    )
    return done.stdout


def rank_of(rows: Sequence[Row], truth: truths.Truth) -> int | None:
    """Return the place of the last of the true causes among *rows*; None if one is missing."""
    ranks = []
    for cause in truth.causes:
        named = (
            number
            for number, (file, line, kind, _) in enumerate(rows, start=1)
            if cause.is_named_by({"file": file, "line": line, "type": kind})
        )
        ranks.append(next(named, None))
    return max(ranks) if ranks and None not in ranks else None


def judged(name: str, truth: truths.Truth, wall_s: float, options: argparse.Namespace) -> Answer:
    """Return what *name* says of *truth*: the cause's rank, and how many rows accuse."""
    words = [str(truth.path), str(truth.count)]
    if name == "memprof":
        document = run(options.python, [], words).document
        if document is None:
            return "failed", 0
        said = truths.said(document, truth.causes, truth.owner)
        rows = [row for row in truths.rows(document) if row.get("verdict") in truths.ACCUSING]
        return said.rank, max(len(rows), 1) if said.accused else 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = PEERS[name](options.peers, words, Path(folder), wall_s)
        except (OSError, subprocess.SubprocessError, ValueError):
            return "failed", 0
    accusing = [row for row in rows if row[3] >= _ENOUGH[name]]
    return rank_of(accusing, truth), len(accusing)


def shown(truth: truths.Truth, answer: Answer) -> str:
    """Return one cell."""
    rank, accused = answer
    if rank == "failed":
        return "failed"
    if not truth.leaks:
        return f"{accused} accused" if accused else "quiet"
    if not truth.causes:  # outside of Python: there is no line to name
        return "accused" if accused else "-"
    if rank is None:
        return "-"
    return f"{rank} of {accused}" + ("" if rank <= TOP else ", late")


Cells = list[tuple[truths.Truth, dict[str, Answer]]]


def summary(names: Sequence[str], cells: Cells) -> None:
    """Print how often each names the cause in the top, and how often it accuses the honest."""
    line = "{:<28}" + " {:>16}" * len(names)
    leaks = [(truth, by) for truth, by in cells if truth.leaks and truth.causes]
    honest = [(truth, by) for truth, by in cells if not truth.leaks]
    right = [
        sum(isinstance(by[name][0], int) and by[name][0] <= TOP for _, by in leaks)
        for name in names
    ]
    wrong = [sum(bool(by[name][1]) for _, by in honest) for name in names]
    print(line.format(f"cause in the top {TOP}, of {len(leaks)}", *right))
    print(line.format(f"honest accused, of {len(honest)}", *wrong))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--python", default=sys.executable, help="has memprof")
    parser.add_argument("--peers", default=sys.executable, help="has the peers")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    options = parser.parse_args()
    targets = HERE.parent / "tests" / "targets"
    found = [*truths.all_in(targets / "leaks"), *truths.all_in(targets / "honest")]
    chosen = [truth for truth in found if not options.names or truth.name in options.names]
    names = installed(options.peers)
    line = "{:<28}" + " {:>16}" * len(names)
    print(line.format("target", *names))
    cells: Cells = []
    with ThreadPoolExecutor(options.jobs) as pool:

        def all_of(truth: truths.Truth) -> tuple[truths.Truth, dict[str, Answer]]:
            words = [str(truth.path), str(truth.count)]
            began = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                call([options.peers, *words], Path(folder))
            wall_s = time.perf_counter() - began
            return truth, {name: judged(name, truth, wall_s, options) for name in names}

        for truth, by in pool.map(all_of, chosen):
            kind = "leak  " if truth.leaks else "honest"
            texts = [shown(truth, by[name]) for name in names]
            print(line.format(f"{kind} {truth.name}", *texts), flush=True)
            cells.append((truth, by))
    summary(names, cells)


if __name__ == "__main__":
    main()
