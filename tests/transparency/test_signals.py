"""Signals do to a profiled program what they do bare, whoever gets them."""

import os
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest
from support.running import TIMEOUT_S, Result, ended, line_of, run_both, started, watched

from memprof.capture.reader import read

TO_ONESELF = ("SIGTERM", "SIGINT", "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGALRM")
TO_OTHERS = (
    *("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGALRM"),
    *("SIGVTALRM", "SIGPROF", "SIGRTMIN", "SIGABRT"),
)
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
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    signal.signal(number, leave)
print("ready", flush=True)
sys.stdin.read()
"""

# A signal that comes just before a call that waits is seen at the next: the pipe has it at once.
EACH = """
import os, select, signal
come, note = os.pipe()
os.set_blocking(note, False)
signal.set_wakeup_fd(note)
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    signal.signal(number, lambda *_: None)
os.write(1, b"ready\\n")
while True:
    ready = select.select([0, come], [], [])[0]
    if come not in ready:
        break
    os.write(1, b"got %d\\n" % os.read(come, 1)[0])
"""

TO_ITS_GROUP = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"got it\\n"))
signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"got another\\n"))
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
os.killpg(0, signal.SIGTERM)
os.killpg(0, signal.SIGINT)
subprocess.run(["/bin/sh", "-c", "trap '' USR1; kill -USR1 0"])
sys.stdin.read()
"""

# A shell with one job, on a terminal of its own, which is given to the job; what becomes
# of the job it tells, and continues it when it stops.
SHELL = """
import os, signal, subprocess, sys
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
os.setsid()
terminal = os.open(sys.argv[1], os.O_RDWR)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
def begin():
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
job = subprocess.Popen(sys.argv[2:], stdin=terminal, process_group=0, preexec_fn=begin)
os.tcsetpgrp(terminal, job.pid)
os.write(1, b"job %d\\n" % job.pid)
while True:
    _, status = os.waitpid(job.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        os.write(1, b"ended %d\\n" % os.waitstatus_to_exitcode(status))
        break
    os.write(1, b"stopped\\n")
    os.killpg(job.pid, signal.SIGCONT)
"""

AT_A_TERMINAL = """
import os, signal, sys
awaited = [signal.SIGINT, signal.SIGQUIT, signal.SIGWINCH, signal.SIGCONT]
signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
os.write(1, b"ready\\n")
for _ in range(6):
    os.write(1, b"got %d\\n" % signal.sigwait(awaited))
sys.exit(3)
"""

SUSPENDING = """
import os, signal, sys
for number in (signal.SIGTSTP, signal.SIGSTOP):
    os.write(1, b"stops\\n")
    os.kill(os.getpid(), number)
    os.write(1, b"goes on\\n")
sys.exit(4)
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


def test_an_interrupt_by_a_process_interrupts_the_program(cwd: Path) -> None:
    seen = []
    with started([sys.executable, "-c", WAITING], cwd=cwd) as process:
        assert line_of(process.stdout) == "ready"
        process.send_signal(signal.SIGINT)
        seen.append(ended(process))
    with watched(["-c", WAITING], cwd=cwd) as (process, capture):
        assert line_of(process.stdout) == "ready"
        process.send_signal(signal.SIGINT)
        seen.append(ended(process))
    assert seen[0] == seen[1]
    assert read(capture).run.complete


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["memprof", "group"])
def test_every_signal_reaches_the_program_once(send: Callable[[int, int], None], cwd: Path) -> None:
    with watched(["-c", EACH], cwd=cwd) as (process, capture):
        assert line_of(process.stdout) == "ready"
        for number in sorted(signal.valid_signals()) * 3:
            # What stops takes back what continues, and the other way round.
            if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGCONT):
                send(process.pid, number)
                assert line_of(process.stdout) == f"got {number:d}"
        assert process.stdin is not None
        process.stdin.close()
        assert ended(process) == Result(0, "", "")
    assert read(capture).run.complete


def test_what_the_program_sends_its_group_does_not_come_back(cwd: Path) -> None:
    with watched(["-c", TO_ITS_GROUP], cwd=cwd) as (process, _):
        for line in ("got it", "interrupted", "got another"):
            assert line_of(process.stdout) == line
        process.send_signal(signal.SIGINT)
        assert line_of(process.stdout) == "interrupted"
        assert process.stdin is not None
        process.stdin.close()
        assert ended(process) == Result(0, "", "")


def test_a_terminal_reaches_the_program_as_bare(cwd: Path) -> None:
    bare, ours = _bare_and_ours(AT_A_TERMINAL)
    said = _at_a_terminal(bare, cwd)
    assert said[-2] == "ended 3"
    assert _at_a_terminal(ours, cwd) == said
    assert read(cwd / "a.memprof").run.ending.code == 3


def test_who_suspends_itself_gives_the_shell_back(cwd: Path) -> None:
    for command in _bare_and_ours(SUSPENDING):
        with _terminal() as (_, name), started(_shell(name, command), cwd=cwd) as process:
            job, *lines = sorted(line_of(process.stdout) for _ in range(2))
            assert job.startswith("job ")
            lines += [line_of(process.stdout) for _ in range(5)]
            assert lines == ["stops", "stopped", "goes on"] * 2
            assert ended(process) == Result(0, "ended 4\n", "")
    assert read(cwd / "a.memprof").run.ending.code == 4


def _bare_and_ours(code: str) -> tuple[list[str], list[str]]:
    """Return the commands that run *code* bare and under memprof, into a.memprof."""
    program = [sys.executable, "-c", code]
    memprof = [sys.executable, "-m", "memprof", "run", "-q", "-o", "a.memprof"]
    return program, [*memprof, *program[1:]]


@contextmanager
def _terminal() -> Iterator[tuple[int, str]]:
    """Give a terminal: where its keys are pressed, and its name."""
    keys, terminal = os.openpty()
    try:
        yield keys, os.ttyname(terminal)
    finally:
        os.close(keys)
        os.close(terminal)


def _shell(terminal: str, command: list[str]) -> list[str]:
    """Return the command of a shell at *terminal* whose one job is *command*."""
    return [sys.executable, "-c", SHELL, terminal, *command]


def _at_a_terminal(command: list[str], cwd: Path) -> list[str]:
    """Press keys for *command* on a terminal of its own; return what is said of it."""
    said = []
    with _terminal() as (keys, name), started(_shell(name, command), cwd=cwd) as process:
        job, ready = sorted(line_of(process.stdout) for _ in range(2))
        said.append(ready)
        for key, lines in ((b"\3", 1), (b"\x1c", 1), (b"\x1a", 2), (b"\3", 1), (b"\x1a", 2)):
            _await_sleep(int(job.split()[1]))
            os.write(keys, key)
            # Who is first to tell, the shell or its job, is nobody's promise.
            said += sorted(line_of(process.stdout) for _ in range(lines))
        _await_sleep(int(job.split()[1]))
        termios.tcsetwinsize(keys, (20, 30))
        said.append(line_of(process.stdout))
        said += [line_of(process.stdout), str(ended(process))]
    return said


def _await_sleep(pid: int) -> None:
    """Wait until the process has taken all that was sent to it: to a group is one by one."""
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        is_asleep = fields["State"].split()[0] == "S"
        if is_asleep and not int(fields["ShdPnd"], 16):
            return
    pytest.fail(f"{fields['State']}, {fields['ShdPnd']}")


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
