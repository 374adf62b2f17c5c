"""Children that storm, are killed, or have nowhere to write: nothing is lost, nothing is harmed."""

import os
import random
import signal
import sys
from pathlib import Path

import pytest
from support.forking import STORM
from support.running import line_of, run_both, run_memprof, watched

from memprof.agent.children import MOST_WHOLE
from memprof.capture.gathering import MOST_BRIEF
from memprof.capture.reader import read
from memprof.capture.tree import read_tree
from memprof.model.tree import Process

MANY = """
import os, sys, time
pids = []
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if not pid:
        kept = [bytes(1000) for _ in range(100)]
        time.sleep(0.5)
        os._exit(0)
    pids.append(pid)
print({os.waitpid(pid, 0)[1] for pid in pids})
"""

HARMED = {
    "no-descriptor": """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))""",
    "no-room": """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))""",
    "no-thread": """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))""",
    "no-directory": """
        os.unlink(os.environ["MEMPROF_CAPTURE"]) if "MEMPROF_CAPTURE" in os.environ else None""",
    "chroot": """
        os.chroot(sys.argv[1])""",
    "closed": """
        time.sleep(0.2)
        os.closerange(3, 3000)
        file = open("/dev/null")
        print(file.fileno())""",
    "no-stderr": """
        os.close(2)""",
    "terminated": """
        os.kill(os.getpid(), 15)""",
    "killed": """
        time.sleep(0.2)
        os.kill(os.getpid(), 9)""",
}

CHILD = """
import os, sys, time
pid = os.fork()
if not pid:
    {}
    held = list(range(1000))
    deadline = time.monotonic() + 0.3
    while time.monotonic() < deadline:
        time.sleep(0.01)
    os._exit(5)
print(os.waitpid(pid, 0)[1])
"""

WORKERS = """
import os, sys, time
pids = []
for _ in range(4):
    pid = os.fork()
    if not pid:
        kept = []
        while True:
            kept.append(bytes(1000))
            time.sleep(0.0005)
    pids.append(pid)
print(*pids, flush=True)
print(sum(os.waitpid(pid, 0)[1] == 9 for pid in pids), flush=True)
"""


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def whole(processes: tuple[Process, ...]) -> list[Process]:
    """Return those of *processes* that are told of from their beginning on."""
    return [one for one in processes if not one.brief]


def test_a_storm_of_forks_leaves_two_hundred_and_a_number(cwd: Path) -> None:
    words = [sys.executable, "-W", "error", "-c", STORM, "1000"]
    pair = run_both(words, cwd=cwd, bare=words, timeout_s=300)
    pair.assert_same()
    assert pair.bare.stdout == "0\n"
    assert sorted(os.listdir(cwd.parent)) == ["work", "work.memprof"]
    assert pair.profiled.capture is not None
    tree = read_tree(pair.profiled.capture)
    # On a machine that is very busy one may live for a tenth of a second.
    counted = sum(one.count for one in tree.more)
    assert len(tree.processes) + counted == 1000
    assert len(tree.processes) - len(whole(tree.processes)) == MOST_BRIEF
    assert tree.root.run.complete


def test_of_many_that_live_the_first_are_told_whole(cwd: Path) -> None:
    number = MOST_WHOLE + 8
    pair = run_both(["-c", MANY, str(number)], cwd=cwd, timeout_s=300)
    pair.assert_same()
    assert pair.profiled.capture is not None
    tree = read_tree(pair.profiled.capture)
    assert len(tree.processes) == number
    # Two that begin at the same moment may both be the last.
    assert MOST_WHOLE <= len(whole(tree.processes)) <= MOST_WHOLE + 3
    assert all(one.facts is not None for one in tree.processes)


@pytest.mark.parametrize("body", HARMED.values(), ids=HARMED)
def test_a_child_that_has_nowhere_to_write_is_as_bare(body: str, cwd: Path) -> None:
    lines = [line.strip() for line in body.strip().splitlines()]
    pair = run_both(["-c", CHILD.format("\n    ".join(lines)), cwd.parent], cwd=cwd)
    bare, profiled = pair.bare, pair.profiled
    assert (profiled.code, profiled.stdout, profiled.stderr) == (0, bare.stdout, bare.stderr)


@pytest.mark.parametrize("what", ["link", "file", "open"])
def test_a_place_that_is_not_ours_is_not_touched(what: str, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "test.memprof.children", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if what == "link":
        place.symlink_to(elsewhere)
    elif what == "file":
        place.write_bytes(b"precious")
    else:
        place.mkdir(mode=0o777)
        place.chmod(0o777)
    done = run_memprof(["-q"], ["-c", CHILD.format("pass")], cwd=tmp_path)
    assert (done.code, done.stdout, done.stderr) == (0, f"{5 << 8}\n", "")
    assert not list(elsewhere.iterdir())
    assert done.capture is not None
    assert read_tree(done.capture).processes == ()
    assert place.is_symlink() or what != "link"
    assert what != "file" or place.read_bytes() == b"precious"
    assert what != "open" or not list(place.iterdir())


@pytest.mark.parametrize("seed", range(5))
def test_children_killed_at_any_moment(seed: int, cwd: Path) -> None:
    delay = random.Random(seed)  # noqa: S311  (not a secret)
    with watched(["-c", WORKERS], cwd=cwd) as (process, capture):
        for word in line_of(process.stdout).split():
            signal.sigtimedwait([], delay.random() * 0.4)
            os.kill(int(word), signal.SIGKILL)
        assert line_of(process.stdout) == "4"
        assert process.wait(60) == 0
    for one in read_tree(capture).processes:
        assert one.facts is not None
        assert one.facts.run.damaged_records <= 1
        assert not one.facts.run.complete
    assert sorted(os.listdir(cwd.parent)) == ["work", "work.memprof"]


def test_the_launcher_killed_leaves_every_capture(cwd: Path) -> None:
    """What it would have folded in is read where it lies."""
    with watched(["-c", WORKERS], cwd=cwd) as (process, capture):
        pids = [int(word) for word in line_of(process.stdout).split()]
        signal.sigtimedwait([], 0.6)
        process.kill()
        process.wait(60)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        assert line_of(process.stdout) == "4"
    tree = read_tree(capture)
    assert sorted(one.pid for one in tree.processes) == pids
    files = list(Path(f"{capture}.children").iterdir())
    assert sorted(read(path).run.pid for path in files) == pids
