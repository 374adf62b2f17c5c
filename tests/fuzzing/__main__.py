"""
The reader, and all that is shown of what it reads, under a coverage-guided fuzzer.

    python tests/fuzzing CORPUS [SECONDS] [FUZZER'S OPTION...]

CORPUS is a folder that keeps what the fuzzer finds worth keeping; real captures
are put into it first.  Atheris must be installed: see the session `fuzz` of the
noxfile.  An input is a capture as it stands, or its records without checksums,
one a line, which are sealed before they are read: else none would get past that.
Whatever it is, reading it gives facts that can be judged and shown, or one of our
errors; anything else, twenty seconds of it, or a gibibyte, is a find.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["memprof"]):
    from memprof.agent.wire import MAGIC, checksum
    from memprof.analysis.findings import analyse
    from memprof.capture.reader import read
    from memprof.errors import MemprofError
    from memprof.report.document import dumps
    from memprof.report.page import render

from support.captures import capture_bytes, capture_rows, example_facts, growing_facts
from support.mutations import mutate

OPTIONS = ("-timeout=20", "-rss_limit_mb=1024", "-max_len=262144", "-print_final_stats=1")
SECONDS = 900

LEAKING = "held = []\nfor n in range(40000): held.append([n, str(n)])"
CYCLIC = "class Node: pass\nfor n in range(20000): one = Node(); one.me = one"
PROGRAMS: tuple[tuple[list[str], str], ...] = (
    (["--depth", "4"], LEAKING),
    (["--engine", "tracemalloc"], LEAKING),
    (["--engine", "sample=4096"], LEAKING),
    (["--engine", "off"], CYCLIC),
    (["--cycles"], CYCLIC),
    ([], LEAKING + "\nimport os; os.kill(os.getpid(), 9)"),
)


def unsealed(data: bytes) -> bytes:
    """Return the records of the capture *data* without their checksums."""
    return b"\n".join(line[9:] for line in data.splitlines()[1:] if line)


def sealed(data: bytes) -> bytes:
    """Return the capture whose records are the lines of *data*."""
    lines = (b"%08x %b\n" % (checksum(line), line) for line in data.split(b"\n"))
    return MAGIC + b"".join(lines)


def captures(folder: Path) -> Iterable[bytes]:
    """Return real captures, written in *folder*, and two by hand that have every kind of record."""
    for options, code in PROGRAMS:
        words = ["run", "-q", "-f", "-o", str(folder / "seed"), *options, "-c", code]
        subprocess.run([sys.executable, "-m", "memprof", *words], check=False)
        yield (folder / "seed").read_bytes()
    for facts in (example_facts(snapshots=4, sites=3), growing_facts()):
        yield capture_bytes(capture_rows(facts))


def sow(corpus: Path) -> None:
    """Put real captures into *corpus*, sealed and not."""
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(captures(Path(folder))):
            (corpus / f"seed-{number}-sealed").write_bytes(data)
            (corpus / f"seed-{number}").write_bytes(unsealed(data))


def mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """Return *data* changed: now and then by a field that is another, else by bytes."""
    chance = random.Random(seed)  # noqa: S311  (reproducible, not secret)
    lines = data.split(b"\n")
    if data.startswith(MAGIC) or chance.random() < 0.3:
        return bytes(atheris.Mutate(data, max_size))
    at = chance.randrange(len(lines))
    what = chance.random()
    if what < 0.15:
        lines.insert(at, chance.choice(lines))
    elif what < 0.3:
        del lines[at]
    else:
        try:
            row: Any = json.loads(lines[at])
            lines[at] = json.dumps([row[0], mutate(row[1], chance)]).encode()
        except (ValueError, TypeError, LookupError, RecursionError):
            return bytes(atheris.Mutate(data, max_size))
    return b"\n".join(lines)[:max_size]


def try_one(path: Path, data: bytes) -> None:
    """Read the input *data* as the file *path*, judge it and show it."""
    path.write_bytes(data if data.startswith(MAGIC[:4]) else sealed(data))
    try:
        findings = analyse(read(path))
    except MemprofError:
        return
    render(findings)
    json.loads(dumps(findings))


def main() -> None:
    """Sow, and fuzz for as long as asked."""
    corpus = Path(sys.argv[1])
    seconds = sys.argv[2] if len(sys.argv) > 2 else str(SECONDS)
    sow(corpus)
    words = [sys.argv[0], *OPTIONS, f"-max_total_time={seconds}", *sys.argv[3:], str(corpus)]
    shared = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  (a file each input)
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        path = Path(folder) / "capture"
        atheris.Setup(words, lambda data: try_one(path, data), custom_mutator=mutated)
        atheris.Fuzz()


main()
