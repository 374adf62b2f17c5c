"""Every kind of child leaves a capture of its own, which the root's tells of."""

import os
import signal
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest
from support.running import MEMPROF, TIMEOUT_S, line_of, run_memprof, started

from memprof.capture.reader import read
from memprof.capture.tree import read_tree
from memprof.model.tree import Process, Tree

HEAD = """
import os, subprocess, sys, time

def live(number=3000, seconds=0.6):
    kept = [bytes(1000) for _ in range(number)]  # the child's own
    time.sleep(seconds)
    return len(kept)
"""

LIVES = "import time; kept = [bytes(1000) for _ in range(3000)]; time.sleep(0.3)"

# What a program does, and (role, command) of each child that it has.
KINDS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "fork": (
        """
        if not os.fork():
            live()
            os._exit(0)
        os.wait()""",
        [("fork", "app.py")],
    ),
    "fork-that-returns": (
        """
        if not os.fork():
            live()
        else:
            os.wait()""",
        [("fork", "app.py")],
    ),
    "terminal": (
        """
        pid, descriptor = os.forkpty()
        if not pid:
            live()
            os._exit(0)
        os.waitpid(pid, 0)""",
        [("fork", "app.py")],
    ),
    "in-a-thread": (
        """
        import threading, warnings
        def work():
            if not os.fork():
                live()
                os._exit(0)
            os.wait()
        warnings.simplefilter("ignore", DeprecationWarning)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()""",
        [("fork", "app.py")],
    ),
    "grandchild": (
        """
        if not os.fork():
            if not os.fork():
                live()
                os._exit(0)
            live()
            os.wait()
            os._exit(0)
        os.wait()""",
        [("fork", "app.py"), ("fork", "app.py")],
    ),
    "code": (
        "subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)",
        [("subprocess", "-c")],
    ),
    "module": (
        "subprocess.run([sys.executable, '-W', 'error', '-m', 'part', 'x'], check=True)",
        [("subprocess", "part")],
    ),
    "script": (
        "subprocess.run([sys.executable, 'part.py', '-m', 'x'], check=True)",
        [("subprocess", "part.py")],
    ),
    "command": (
        """
        with open("tool", "w") as file:
            print("#!" + sys.executable, sys.argv[1], sep="\\n", file=file)
        os.chmod("tool", 0o700)
        subprocess.run("./tool", check=True)""",
        [("subprocess", "tool")],
    ),
    "posix-spawn": (
        """
        words = [sys.executable, "part.py"]
        os.waitpid(os.posix_spawn(sys.executable, words, os.environ), 0)""",
        [("subprocess", "part.py")],
    ),
    "exec-in-a-child": (
        """
        if not os.fork():
            os.execv(sys.executable, [sys.executable, "part.py"])
        os.wait()""",
        [("subprocess", "part.py")],
    ),
    "exec-in-a-child-that-lived": (
        """
        if not os.fork():
            live()
            os.execv(sys.executable, [sys.executable, "part.py"])
        os.wait()""",
        [("fork", "app.py"), ("subprocess", "part.py")],
    ),
    "exec": (
        "live(); os.execv(sys.executable, [sys.executable, 'part.py'])",
        [("exec", "part.py")],
    ),
    "multiprocessing-fork": (
        """
        import multiprocessing
        process = multiprocessing.get_context("fork").Process(target=live)
        process.start()
        process.join()""",
        [("fork", "app.py")],
    ),
    "multiprocessing-spawn": (
        """
        if __name__ == "__main__":
            import multiprocessing
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply(live)""",
        [("spawn", "app.py")],
    ),
    "multiprocessing-forkserver": (
        """
        if __name__ == "__main__":
            import multiprocessing
            process = multiprocessing.get_context("forkserver").Process(target=live)
            process.start()
            process.join()""",
        [("forkserver", "app.py"), ("spawn", "app.py")],
    ),
    "executor": (
        """
        if __name__ == "__main__":
            import concurrent.futures, multiprocessing
            context = multiprocessing.get_context("fork")
            with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
                executor.submit(live).result()""",
        [("fork", "app.py")],
    ),
}

PREFORK = """
import os, signal, sys, time

def work():
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    kept = []
    while True:
        kept.append(bytes(1000))
        time.sleep(0.001)

workers = []
for _ in range(3):
    pid = os.fork()
    if not pid:
        work()
    workers.append(pid)

def stop(*_):
    for pid in workers:
        os.kill(pid, signal.SIGTERM)
    print([os.waitpid(pid, 0)[1] for pid in workers], flush=True)
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(0.05)
"""

DAEMON = """
import os, sys, time
if os.fork():
    os.wait()
    sys.exit(0)
os.setsid()
if os.fork():
    os._exit(0)
os.chdir("/")
os.closerange(0, 3000)
kept = []
deadline = time.monotonic() + 60
while not os.path.exists(sys.argv[1]) and time.monotonic() < deadline:
    kept += [bytes(1000) for _ in range(10)]
    time.sleep(0.01)
"""


def tree_of(body: str, cwd: Path, *options: str) -> Tree:
    """Run a program that does *body*; return what its capture says, which must be whole."""
    (cwd / "part.py").write_text(LIVES + "\n")
    (cwd / "app.py").write_text(HEAD + dedent(body) + "\n")
    done = run_memprof(["-q", *options], ["app.py", LIVES], cwd=cwd)
    assert (done.code, done.stderr) == (0, "")
    assert done.capture is not None
    tree = read_tree(done.capture)
    for facts in (tree.root, *(one.facts for one in tree.processes if one.facts is not None)):
        assert facts.run.damaged_records == facts.run.lost_records == 0
        assert facts.run.agent_errors == ()
        assert facts.run.settings.engine == tree.root.run.settings.engine
    return tree


def growth(child: Process) -> int:
    """Return the bytes that *child* holds at its end and did not at its beginning."""
    assert child.facts is not None
    first, last = child.facts.snapshots[0].live_bytes, child.facts.snapshots[-1].live_bytes
    assert first is not None
    assert last is not None
    return last - first


def gone(path: Path) -> bool:
    """Say whether *path* went within the time that a test may take."""
    deadline = time.monotonic() + TIMEOUT_S
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not path.exists()


def whole(capture: Path) -> Process:
    """Return the one child of *capture* that is followed, once it has begun to be."""
    deadline = time.monotonic() + TIMEOUT_S
    found: list[Process] = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.05)
        found = [one for one in read_tree(capture).processes if not one.brief and one.facts]
    (child,) = found
    return child


@pytest.mark.parametrize(("body", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind(body: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    tree = tree_of(body, tmp_path)
    assert sorted((one.role, one.command) for one in tree.processes) == expected
    keys = {(one.pid, one.clock_ns) for one in tree.processes}
    assert len(keys) == len(expected)
    assert (tree.root.run.pid in dict(keys)) == (expected[0][0] == "exec")
    for one in tree.processes:
        assert one.facts is not None
        assert len(one.facts.snapshots) > 2
        assert not one.running
    # Where the machine is busy the fork server may take longer than the launcher waits.
    left = {"test.memprof.children"} if "forkserver" in dict(expected) else set()
    assert {name for name in os.listdir(tmp_path) if "children" in name} <= left


@pytest.mark.parametrize("engine", ["native", "tracemalloc", "off", "sample=1KiB"])
def test_what_a_forked_child_holds_of_its_own(engine: str, tmp_path: Path) -> None:
    body = """
        kept = [bytes(1000) for _ in range(5000)]
        if not os.fork():
            time.sleep(1)
            live(3000, 0.2)
            more = [bytes(1000) for _ in range(2000)]
            os._exit(0)
        os.wait()"""
    (child,) = tree_of(body, tmp_path, "--engine", engine).processes
    assert child.facts is not None
    if engine == "off":
        assert child.facts.snapshots[-1].live_bytes is None
        return
    assert 2_000_000 < growth(child) < 2_400_000 or engine.startswith("sample")
    last = child.facts.snapshots[-1].live_bytes
    assert last is not None
    assert last > 6_500_000


def test_with_the_native_engine_it_begins_with_the_fork(tmp_path: Path) -> None:
    """What is allocated in the tenth of a second before its capture begins is its own."""
    body = """
        kept = [bytes(1000) for _ in range(5000)]
        if not os.fork():
            more = [bytes(1000) for _ in range(3000)]
            time.sleep(0.6)
            os._exit(0)
        os.wait()"""
    (child,) = tree_of(body, tmp_path, "--engine", "native").processes
    assert child.facts is not None
    assert (child.facts.snapshots[0].reason, child.facts.snapshots[0].number) == ("fork", 0)
    assert child.facts.snapshots[0].at_ns < 50_000_000
    assert 3_000_000 < growth(child) < 3_400_000


def test_a_short_child_is_told_of_by_its_end(tmp_path: Path) -> None:
    body = """
        for status in (0, 3):
            if not os.fork():
                os._exit(status)
            os.wait()"""
    tree = tree_of(body, tmp_path)
    assert [(one.brief, one.role) for one in tree.processes] == [(True, "fork")] * 2
    for one in tree.processes:
        assert one.facts is not None
        (snapshot,) = one.facts.snapshots
        assert snapshot.live_bytes
        assert snapshot.rss_bytes


def test_each_process_has_a_file_that_can_be_read_alone(tmp_path: Path) -> None:
    """Where the launcher was killed they lie beside the root's."""
    (tmp_path / "app.py").write_text(DAEMON)
    done = run_memprof(["-q"], ["app.py", tmp_path / "over"], cwd=tmp_path)
    assert done.code == 0
    assert done.capture is not None
    daemon = whole(done.capture)
    assert daemon.running
    folder = tmp_path / "test.memprof.children"
    (path,) = folder.iterdir()
    (tmp_path / "over").touch()
    assert gone(Path(f"/proc/{daemon.pid}"))
    facts = read(path)
    assert facts.run.complete
    assert facts.run.pid == daemon.pid
    (late,) = [one for one in read_tree(done.capture).processes if not one.brief]
    assert not late.running
    assert late.facts == facts


def test_workers_that_are_terminated(tmp_path: Path) -> None:
    """A server of the old kind, stopped as services are: by its launcher's SIGTERM."""
    (tmp_path / "app.py").write_text(PREFORK)
    command = [*MEMPROF, "run", "-q", "-o", "test.memprof", "app.py"]
    with started(command, cwd=tmp_path) as launcher:
        assert line_of(launcher.stdout) == "ready"
        time.sleep(0.7)
        launcher.send_signal(signal.SIGTERM)
        assert line_of(launcher.stdout) == str([signal.SIGTERM.value] * 3)
        assert launcher.wait(TIMEOUT_S) == 0
    tree = read_tree(tmp_path / "test.memprof")
    assert [one.role for one in tree.processes] == ["fork"] * 3
    for one in tree.processes:
        assert one.facts is not None
        assert not one.facts.run.complete
        assert growth(one) > 0


def test_a_run_within_a_run_is_a_tree_of_its_own(tmp_path: Path) -> None:
    body = """
        command = [sys.executable, "-m", "memprof", "run", "-q", "-o", "inner.memprof"]
        code = "; import os; os.fork() and os.wait() or time.sleep(0.3)"
        subprocess.run([*command, "-c", sys.argv[1] + code])"""
    outer = tree_of(body, tmp_path)
    assert [(one.role, one.command) for one in outer.processes] == [("subprocess", "memprof")]
    inner = read_tree(tmp_path / "inner.memprof")
    assert inner.root.run.ppid == outer.processes[0].pid
    assert [one.role for one in inner.processes] == ["fork"]
    left = {"app.py", "part.py", "test.memprof", "inner.memprof"}
    assert set(os.listdir(tmp_path)) == left


def test_children_that_are_not_followed(tmp_path: Path) -> None:
    for name in ("fork", "code", "multiprocessing-spawn"):
        assert tree_of(KINDS[name][0], tmp_path, "-f", "--no-follow").processes == ()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there is no such warning")
def test_no_warning_at_forks_of_children(tmp_path: Path) -> None:
    """Their threads are gone when they fork, as the root's is."""
    body = """
        import warnings
        warnings.simplefilter("error")
        for _ in range(5):
            pid = os.fork()
            if not pid:
                live(10, 0.15)
                for _ in range(5):
                    if not os.fork():
                        os._exit(0)
                    os.wait()
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0"""
    tree = tree_of(body, tmp_path)
    # On a machine that is very busy a short one may live for a tenth of a second.
    assert len(tree.processes) == 30
    assert len([one for one in tree.processes if not one.brief]) >= 5


def test_what_cannot_be_followed_is_listed(tmp_path: Path) -> None:
    """By a Python that says it is another: there may be no other here."""
    body = """
        code = (
            "import sys; sys.version_info = (3, 8, 18, 'final', 0); path = sys.argv[1];"
            "sys.path.insert(0, path); import sitecustomize; print(sys.path[0] == path)"
        )
        boot = os.environ["PYTHONPATH"].split(os.pathsep)[0]
        words = [sys.executable, "-S", "-c", code, boot]
        done = subprocess.run(words, capture_output=True, text=True)
        assert (done.stdout, done.returncode) == ("", 1), done
        assert "No module named 'sitecustomize'" in done.stderr, done"""
    (one,) = tree_of(body, tmp_path).processes
    assert (one.role, one.command, one.python) == ("subprocess", "-c", "3.8.18")
    assert one.why == "memprof follows CPython 3.11 and later"
    assert one.facts is None
