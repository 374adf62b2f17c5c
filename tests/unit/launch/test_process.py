"""The target's process: started, looked at, waited for; these start real ones."""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from memprof.errors import TargetNotFound, TargetNotRunnable
from memprof.launch import process
from memprof.launch.process import Ended, leave, run
from memprof.launch.resident import Look, Watcher
from memprof.launch.target import Target


class Left(Exception):
    """Stands in for the end of this process."""


class FakeSink:
    """Keeps what it is given."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.looks: list[Look] = []
        self.exits: list[tuple[int | None, int | None]] = []

    def resident(self, clock_ns: int, look: Look) -> None:
        """Keep *look*."""
        assert clock_ns > 0
        self.looks.append(look)

    def gather(self) -> None:
        """Find nothing."""

    def exit(
        self,
        clock_ns: int,
        code: int | None,
        signal_number: int | None,
        rss_peak_bytes: int | None,
        oom_kills: int,
    ) -> None:
        """Keep how the target ended."""
        assert clock_ns > 0
        assert rss_peak_bytes is None
        assert oom_kills >= 0
        self.exits.append((code, signal_number))


@pytest.fixture
def sink() -> FakeSink:
    """Return a sink."""
    return FakeSink()


def run_code(code: str, sink: FakeSink) -> Ended:
    """Run *code* without an agent: it is told of a capture that cannot be opened."""
    target = Target("code", (sys.executable, "-S", "-c", code))
    return run(target, os.devnull, {}, sink)


@pytest.mark.parametrize("code", [0, 3, 255])
def test_a_status(code: int, sink: FakeSink) -> None:
    assert run_code(f"raise SystemExit({code})", sink) == Ended(code, None)
    assert sink.exits == [(code, None)]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1])
def test_a_death_by_signal(number: int, sink: FakeSink) -> None:
    code = f"import os; os.kill(os.getpid(), {number:d})"
    assert run_code(code, sink) == Ended(None, number)
    assert sink.exits == [(None, number)]


class Ender(FakeSink):
    """Ends the target at the second look: what reaches us is passed on to it."""

    def resident(self, clock_ns: int, look: Look) -> None:
        """Keep *look*."""
        super().resident(clock_ns, look)
        if len(self.looks) == 2:
            signal.raise_signal(signal.SIGTERM)


WAITS = "import signal; signal.pause()"


def test_a_target_is_looked_at_while_it_lives() -> None:
    sink = Ender()
    assert run_code(WAITS, sink) == Ended(None, signal.SIGTERM)
    first, second = sink.looks
    assert first.rss_bytes > 1 << 20
    assert first.threads == 1
    assert second.threads is None  # a cheap look


def test_a_watcher_that_fails_costs_no_status(
    sink: FakeSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_watcher: Watcher, *, thorough: bool) -> NoReturn:
        signal.raise_signal(signal.SIGUSR2)
        raise LookupError(thorough)

    monkeypatch.setattr(Watcher, "look", fail)
    assert run_code(WAITS, sink) == Ended(None, signal.SIGUSR2)
    assert sink.looks == []


def test_children_that_nobody_waits_for_have_a_status_all_the_same(sink: FakeSink) -> None:
    """A parent that ignores SIGCHLD has us inherit it: the kernel would reap the target."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        code = "import signal; raise SystemExit(7 + int(signal.getsignal(signal.SIGCHLD)))"
        assert run_code(code, sink) == Ended(7 + int(signal.SIG_IGN), None)
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_program_that_is_not_there(sink: FakeSink) -> None:
    with pytest.raises(TargetNotFound, match=r"'/nowhere/tool' cannot be started: No such file"):
        run(Target("tool", ("/nowhere/tool",)), os.devnull, {}, sink)
    assert sink.exits == []


def test_a_program_that_does_not_start(sink: FakeSink, tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_bytes(b"\x7fELF, and nothing more")
    path.chmod(0o700)
    with pytest.raises(TargetNotRunnable, match=r"cannot be started: Exec format error"):
        run(Target("tool", (str(path),)), os.devnull, {}, sink)


def test_the_name_a_program_is_called_by_may_not_be_its_file(sink: FakeSink) -> None:
    code = "import sys; raise SystemExit(sys.orig_argv[0] != 'another-name')"
    target = Target("tool", ("another-name", "-c", code), sys.executable)
    assert run(target, os.devnull, {}, sink) == Ended(0, None)


class Leaving:
    """Stands in for what ends this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of the functions that end it."""
        self.done: list[object] = []
        monkeypatch.setattr(os, "_exit", self.exit)
        monkeypatch.setattr(os, "kill", lambda _pid, number: self.done.append(number))
        monkeypatch.setattr(resource, "setrlimit", lambda *limit: self.done.append(limit))
        monkeypatch.setattr("_signal.signal", lambda *pair: self.done.append(pair))

    def exit(self, code: int) -> NoReturn:
        """Take the place of os._exit."""
        raise Left(code)


def test_leaving_with_the_targets_status(monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = Leaving(monkeypatch)
    with pytest.raises(Left) as caught:
        leave(Ended(44, None))
    assert caught.value.args == (44,)
    assert leaving.done == []


def test_leaving_by_the_targets_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = Leaving(monkeypatch)
    with pytest.raises(Left) as caught:
        leave(Ended(None, signal.SIGTERM))
    # Blocked, it would not end us: the shell's word for it does.
    assert caught.value.args == (128 + signal.SIGTERM,)
    no_core, default, sent = leaving.done
    assert no_core == (resource.RLIMIT_CORE, (0, 0))
    assert default == (signal.SIGTERM, signal.SIG_DFL)
    assert sent == signal.SIGTERM


def test_nobody_handles_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = Leaving(monkeypatch)
    with pytest.raises(Left):
        leave(Ended(None, signal.SIGKILL))
    assert leaving.done == [(resource.RLIMIT_CORE, (0, 0)), signal.SIGKILL]


def test_deaths_for_memory_are_counted_where_the_system_counts_them() -> None:
    assert process._oom_kills() >= 0  # noqa: SLF001  (its value is the system's)
