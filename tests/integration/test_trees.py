"""One report for all processes of a real program: truths that are known come out of it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support.running import CHECKOUT, Result, run_command, run_memprof

_FORKS = """
import os, time

INHERITED = [bytes(1_000) for _ in range(2_000)]  # theirs
kept, held = [], []

def work(number):
    held[:] = [bytes(5_000) for _ in range(100 * (number + 1))]  # mine
    until = time.monotonic() + 4
    while time.monotonic() < until:
        kept.append({"number": len(kept), "of": bytes(500)})  # leak
        time.sleep(0.005)

pids = []
for number in range(4):
    pid = os.fork()
    if pid == 0:
        work(number)
        os._exit(number)
    pids.append(pid)
for pid in pids:
    os.waitpid(pid, 0)
"""

_ROOT = """
import multiprocessing, time

kept = []

def idle():
    until = time.monotonic() + 3
    while time.monotonic() < until:
        [0] * 1_000
        time.sleep(0.01)

if __name__ == "__main__":
    children = [multiprocessing.Process(target=idle) for _ in range(2)]
    for child in children:
        child.start()
    until = time.monotonic() + 4
    while time.monotonic() < until:
        kept.append(bytearray(2_000))  # leak
        time.sleep(0.005)
    for child in children:
        child.join()
"""

_SHORT = """
import os

for number in range(300):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
"""


def line_of(program: str, mark: str) -> int:
    """Return the line of *program* that ends with *mark*."""
    lines = program.splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.endswith(f"# {mark}"))


def document(path: Path) -> Any:  # noqa: ANN401  (JSON)
    """Return the report on the capture at *path* as data."""
    return json.loads(told("report", "--json", path).stdout)


def told(word: str, *options: str | Path) -> Result:
    """Return what the command *word* says with *options*, of which one is a capture."""
    return run_command([word, *options], cwd=CHECKOUT)


def recorded(tmp_path: Path, program: str) -> Path:
    """Run *program* under memprof and return its capture."""
    (tmp_path / "program.py").write_text(program)
    done = run_memprof(["-q"], ["program.py"], cwd=tmp_path)
    assert done.code == 0, done.stderr
    assert done.capture is not None
    return done.capture


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the capture of a program with four workers that leak."""
    return recorded(tmp_path_factory.mktemp("forks"), _FORKS)


def test_what_is_allocated_before_and_after_a_fork_is_counted_once(forks: Path) -> None:
    """The parent has 2,000 objects of 1,000 bytes, worker N has 100 (N + 1) more of 5,000."""
    rows = {row["line"]: row for row in document(forks)["allocations_by_process"]}
    theirs, mine = rows[line_of(_FORKS, "theirs")], rows[line_of(_FORKS, "mine")]
    each = sys.getsizeof(bytes(1_000))
    assert [share["pid"] for share in theirs["processes"]][1:] == []
    assert abs(theirs["live_bytes"] - 2_000 * each) < 20_000  # the list that holds them
    blocks = sorted(share["live_blocks"] for share in mine["processes"])
    assert len(blocks) == 4
    assert all(abs(n - 100 * (k + 1)) <= 2 for k, n in enumerate(blocks))


def test_the_leak_of_four_workers_is_one_suspect(forks: Path) -> None:
    found = document(forks)
    suspects = [one for one in found["suspects"] if one["line"] == line_of(_FORKS, "leak")]
    assert len(suspects) == 1
    (one,) = suspects
    assert {each["role"] for each in one["processes"]} == {"fork"}
    assert (len(one["processes"]), one["processes_alike"]) == (4, 4)
    assert one["growth_bytes"] == sum(each["growth_bytes"] for each in one["processes"])
    root, *workers = found["processes"]
    assert (root["role"], root["suspects"]) == ("root", 0)
    assert all(worker["suspects"] for worker in workers)
    assert sorted(worker["exit"]["code"] for worker in workers) == [0, 1, 2, 3]


def test_the_gate_fails_for_a_worker_and_names_it(forks: Path) -> None:
    done = told("check", forks, "--max-suspects", "0", "--max-growth", "1KiB/min")
    text = " ".join(done.stdout.split())
    assert done.code == 1
    pids = [one["pid"] for one in document(forks)["processes"][1:]]
    assert any(f"growth of live bytes, process {pid} " in text for pid in pids)
    assert "in 4 of 4 fork processes" in text


def test_one_worker_is_shown_alone(forks: Path) -> None:
    pid = document(forks)["processes"][1]["pid"]
    done = told("report", forks, "--process", str(pid))
    assert "PROCESSES" not in done.stdout
    assert "Verdict: LEAK" in done.stdout
    assert f"process {pid} alone, fork of" in done.stderr
    assert told("suspects", forks, "--explain", "1").code == 0
    assert told("report", forks, "--process", "1").code == 2


def test_a_leak_in_the_parent_alone_accuses_the_parent(tmp_path: Path) -> None:
    found = document(recorded(tmp_path, _ROOT))
    pids = {each["pid"] for one in found["suspects"] for each in one["processes"]}
    assert line_of(_ROOT, "leak") in {one["line"] for one in found["suspects"]}
    assert pids == {found["capture"]["pid"]}


def test_three_hundred_short_children_are_a_line(tmp_path: Path) -> None:
    path = recorded(tmp_path, _SHORT)
    assert document(path)["processes_together"]["processes"] == 301
    text = told("report", path, "--section", "processes").stdout
    assert "… and 300 more;" in text
    assert len(text.splitlines()) < 25
