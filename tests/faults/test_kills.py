"""A program killed at any moment leaves a capture that can be read up to there."""

import json
import os
import random
import signal
from pathlib import Path

import pytest
from support.running import ended, line_of, run_command, watched

from memprof.capture.reader import read

KILLS = 20
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
