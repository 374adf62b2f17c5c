"""
A program killed at any moment leaves a capture that can be read up to there.

Some moments by default; `KILLS=200 pytest tests/faults/test_kills.py` takes 200 at
random, and one after each system call that writes the capture.
"""

import json
import os
import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from support.running import ended, line_of, run_command, run_memprof, watched

from memprof.capture.reader import read
from memprof.errors import CaptureEmpty

KILLS = int(os.environ.get("KILLS", "12"))
WRITES = KILLS // 4
STEPS = 60
STEP_BYTES = 100_000

GROWING = """
import os, sys
import memprof
print(os.getpid(), flush=True)
held = []
number = 0
while True:
    held += [bytearray(1000) for _ in range(100)]
    number += 1
    if not number % 3:
        memprof.checkpoint(f"step {number}")
    print(number, flush=True)
"""

# Loaded before the C library: what writes to the file KILL_FILE dies, or loses the
# rest, at its call number KILL_AT.
WRITE_AND_DIE = r"""
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int calls;

ssize_t
write(int descriptor, const void *text, size_t size)
{
    const char *path = getenv("KILL_FILE"), *at = getenv("KILL_AT"), *half = getenv("KILL_HALF");
    struct stat wanted, found;
    int last = path != NULL && at != NULL && getenv("MEMPROF_CAPTURE") != NULL
        && stat(path, &wanted) == 0 && fstat(descriptor, &found) == 0
        && wanted.st_ino == found.st_ino && ++calls == atoi(at);
    ssize_t written = syscall(SYS_write, descriptor, text, last && half ? size / 2 : size);
    if (last) {
        kill(getpid(), SIGKILL);
    }
    return written;
}
"""

NAMING = """
import memprof
held = []
for number in range(30):
    held += [bytearray(1000) for _ in range(100)]
    memprof.checkpoint(f"step {number}")
"""


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the library that makes a write the last."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("shim")
    (folder / "shim.c").write_text(WRITE_AND_DIE)
    library = folder / "shim.so"
    words = [compiler, "-shared", "-fPIC", "-o", str(library), str(folder / "shim.c")]
    subprocess.run(words, check=True)
    return library


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment(seed: int, cwd: Path) -> None:
    options = ["--interval", "10ms", *(["--cycles"] if seed % 2 else [])]
    steps = random.Random(seed).randrange(STEPS)  # noqa: S311  (not a secret)
    with watched(["-c", GROWING], cwd=cwd, options=options) as (process, capture):
        pid = int(line_of(process.stdout))
        for _ in range(steps):
            line_of(process.stdout)
        os.kill(pid, signal.SIGKILL)
        done = ended(process)
    assert (done.code, done.stderr) == (-signal.SIGKILL, "")
    facts = read(capture)
    assert (facts.run.pid, facts.run.complete) == (pid, False)
    assert facts.run.ending.signal == signal.SIGKILL
    # The line it died in, at most.
    assert facts.run.damaged_records <= 1
    assert [one.number for one in facts.snapshots] == list(range(len(facts.snapshots)))
    live = [one.live_bytes or 0 for one in facts.snapshots]
    assert live == sorted(live)
    named = [one for one in facts.snapshots if one.name is not None]
    for one in named:
        assert one.name is not None
        number = int(one.name.removeprefix("step "))
        assert number * STEP_BYTES <= (one.live_bytes or 0)
    assert len(named) + len(facts.run.skips) >= steps // 3
    shown = run_command(["report", "--json", capture], cwd=cwd)
    assert json.loads(shown.stdout)["capture"]["exit"]["signal"] == signal.SIGKILL


def test_killed_after_each_write(shim: Path, cwd: Path) -> None:
    """Between two writes, and in the middle of one: what is there is how the whole begins."""
    options = ["-q", "-f", "--interval", "1h"]
    env = {"KILL_FILE": str(cwd / "test.memprof"), "LD_PRELOAD": str(shim)}
    whole = run_memprof(options, ["-c", NAMING], cwd=cwd, env=env)
    assert whole.code == 0
    named = [one.name for one in whole.facts.snapshots]
    assert named == [None, *(f"step {number}" for number in range(30)), None]
    seen: set[int] = set()
    for number in range(2, 20 * len(named)):
        # In the middle of a write, then after it.
        half = {} if number % 2 else {"KILL_HALF": "1"}
        given = {**env, **half, "KILL_AT": str(number // 2)}
        done = run_memprof(options, ["-c", NAMING], cwd=cwd, env=given)
        if done.code == 0 or len(seen) > WRITES:
            break
        assert done.code == -signal.SIGKILL
        assert done.capture is not None
        try:
            facts = read(done.capture)
        except CaptureEmpty:
            seen.add(0)
            continue
        assert facts.run.ending.signal == signal.SIGKILL
        assert facts.run.damaged_records <= len(half)
        assert [one.name for one in facts.snapshots] == named[: len(facts.snapshots)]
        seen.add(len(facts.snapshots))
    assert seen == set(range(len(named) + 1)) or len(seen) > WRITES


def test_killed_with_its_launcher(cwd: Path) -> None:
    """Nobody is left to say how it ended; what was measured is there."""
    with watched(["-c", GROWING], cwd=cwd, options=["--interval", "10ms"]) as (process, capture):
        for _ in range(20):
            line_of(process.stdout)
        os.killpg(process.pid, signal.SIGKILL)
        assert ended(process).code == -signal.SIGKILL
    facts = read(capture)
    assert facts.snapshots
    assert (facts.run.ending.code, facts.run.ending.signal) == (None, None)
    assert run_command(["report", capture], cwd=cwd).code == 0


def test_a_program_outlives_its_launcher(cwd: Path) -> None:
    with watched(["-c", GROWING], cwd=cwd) as (process, capture):
        line_of(process.stdout)
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
        numbers = [int(line_of(process.stdout)) for _ in range(10)]
    assert numbers == sorted(numbers)
    assert read(capture).snapshots
