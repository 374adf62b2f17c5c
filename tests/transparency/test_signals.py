"""Signals do to a profiled program what they do bare, whoever gets them."""

import os
import signal
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from support.running import Result, ended, line_of, run_both, started, watched

from memprof.capture.reader import read

TO_ONESELF = ("SIGTERM", "SIGINT", "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGALRM")
TO_OTHERS = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
INTERRUPTS = 100

# Wherever an interrupt arrives after "ready", it is the last line that raises.
WAITING = """
import sys
try:
    print("ready", flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    pass
raise KeyboardInterrupt
"""

HANDLING = """
import os, signal, sys
def leave(number, frame):
    print("handler", signal.Signals(number).name, flush=True)
    sys.exit(11)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGINT):
    signal.signal(number, leave)
print("ready", flush=True)
sys.stdin.read()
"""

IGNORING = """
import os, signal, sys
signal.signal(int(sys.argv[1]), signal.SIG_IGN)
os.execv(sys.argv[2], sys.argv[2:])
"""

COLLECTING = """
import gc, os
class Node:
    def __init__(self):
        self.own = self
gc.set_threshold(20)
for number in range(%d):
    try:
        os.write(1, b"collecting\\n")
        while True:
            Node()
    except KeyboardInterrupt:
        os.write(1, b"interrupted\\n")
"""


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", TO_ONESELF)
def test_a_signal_to_oneself(name: str, cwd: Path) -> None:
    code = f"""
        import os, signal
        print("before", flush=True)
        os.kill(os.getpid(), signal.{name})
        signal.pause()
        """
    pair = run_both(["-c", dedent(code)], cwd=cwd)
    pair.assert_same()
    assert pair.bare.code == -getattr(signal, name)
    ending = pair.profiled.facts.run.ending
    assert (ending.code, ending.signal) == (None, getattr(signal, name))


@pytest.mark.parametrize(
    "body",
    [
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(11)); os.kill(os.getpid(), 15)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); os.kill(os.getpid(), 15); sys.exit(12)",
        "signal.setitimer(signal.ITIMER_REAL, 0.01); signal.pause()",
        "signal.pthread_sigmask(0, [15]); os.kill(os.getpid(), 15); print(signal.sigpending())",
        "try: signal.raise_signal(2)\nexcept KeyboardInterrupt: print('caught')",
        "signal.raise_signal(2)\nwhile True: pass",
        "signal.signal(2, signal.SIG_DFL); signal.raise_signal(2)",
        "atexit.register(print, 'atexit'); signal.raise_signal(2)",
    ],
)
def test_a_program_with_its_own_ideas(body: str, cwd: Path) -> None:
    (cwd / "script.py").write_text(f"import atexit, os, signal, sys, threading\n{body}\n")
    run_both(["script.py"], cwd=cwd).assert_same()


@pytest.mark.parametrize("name", TO_OTHERS)
def test_a_signal_to_memprof_is_passed_on(name: str, cwd: Path) -> None:
    number = getattr(signal, name)
    with watched(["-c", WAITING], cwd=cwd) as (process, capture):
        assert line_of(process.stdout) == "ready"
        process.send_signal(number)
        assert ended(process) == Result(-number, "", "")
    assert read(capture).run.ending.signal == number


@pytest.mark.parametrize("name", TO_OTHERS)
def test_a_signal_passed_on_reaches_the_programs_handler(name: str, cwd: Path) -> None:
    number = getattr(signal, name)
    with watched(["-c", HANDLING], cwd=cwd) as (process, capture):
        assert line_of(process.stdout) == "ready"
        process.send_signal(number)
        assert line_of(process.stdout) == f"handler {name}"
        assert ended(process) == Result(11, "", "")
    facts = read(capture)
    assert facts.run.complete
    assert facts.run.ending.code == 11


@pytest.mark.parametrize("code", [WAITING, HANDLING], ids=["default", "handler"])
def test_ctrl_c_reaches_the_group_and_interrupts_the_program_once(code: str, cwd: Path) -> None:
    seen = []
    with started([sys.executable, "-c", code], cwd=cwd) as process:
        assert line_of(process.stdout) == "ready"
        os.killpg(process.pid, signal.SIGINT)
        seen.append(ended(process))
    with watched(["-c", code], cwd=cwd) as (process, capture):
        assert line_of(process.stdout) == "ready"
        os.killpg(process.pid, signal.SIGINT)
        seen.append(ended(process))
    assert seen[0] == seen[1]
    assert read(capture).run.complete


def test_a_signal_to_the_whole_group_may_come_twice_but_ends_it_once(cwd: Path) -> None:
    with watched(["-c", WAITING], cwd=cwd) as (process, _):
        assert line_of(process.stdout) == "ready"
        os.killpg(process.pid, signal.SIGTERM)
        assert ended(process) == Result(-signal.SIGTERM, "", "")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD", "SIGUSR1"])
def test_what_memprof_was_told_to_ignore_its_program_ignores(name: str, cwd: Path) -> None:
    code = f"import signal, sys; print(signal.getsignal(signal.{name}) is signal.SIG_IGN)"
    words = ["-c", f"{code}; sys.exit(3)"]
    ignoring = [sys.executable, "-c", IGNORING, str(int(getattr(signal, name))), sys.executable]
    with started([*ignoring, *words], cwd=cwd) as process:
        assert ended(process) == Result(3, "True\n", "")
    memprof = ["-m", "memprof", "run", "-q", "-o", "a.memprof"]
    with started([*ignoring, *memprof, *words], cwd=cwd) as process:
        assert ended(process) == Result(3, "True\n", "")
    assert read(cwd / "a.memprof").run.ending.code == 3


@pytest.mark.parametrize("options", [["--engine", "tracemalloc"], ["--engine", "off"]], ids=str)
def test_no_interrupt_is_lost_in_the_collector(options: list[str], cwd: Path) -> None:
    """
    An exception in a callback of the collector is printed and swallowed.

    Ours are C, so a Ctrl-C that arrives there is raised in the program.
    """
    with watched(["-c", COLLECTING % INTERRUPTS], cwd=cwd, options=options) as (process, capture):
        for _ in range(INTERRUPTS):
            assert line_of(process.stdout) == "collecting"
            os.killpg(process.pid, signal.SIGINT)
            assert line_of(process.stdout) == "interrupted"
        assert ended(process) == Result(0, "", "")
    assert read(capture).run.complete
