"""A process just started, and its end; these start real ones."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from memprof.launch.signals import Forwarder, forwarded
from memprof.launch.spawned import Spawned

FORWARDERS: list[Forwarder] = []


@pytest.fixture(autouse=True)
def _forwarder() -> Iterator[None]:
    """Take the signals for one test."""
    with forwarded() as forwarder:
        FORWARDERS.append(forwarder)
        yield
    FORWARDERS.clear()


def started(code: str) -> Spawned:
    """Return a Python that runs *code*."""
    argv = (sys.executable, "-S", "-E", "-c", code)
    return Spawned(sys.executable, argv, dict(os.environ), FORWARDERS[0])


def test_the_status_is_kept() -> None:
    child = started("raise SystemExit(9)")
    assert [child.wait(), child.wait()] == [9, 9]
    with pytest.raises(ChildProcessError):
        os.waitpid(child.pid, os.WNOHANG)


def test_a_signal_is_negative() -> None:
    child = started("import os; os.kill(os.getpid(), 9)")
    assert child.wait() == -signal.SIGKILL


def test_it_is_waited_for_as_long_as_is_said() -> None:
    child = started("import signal; signal.pause()")
    assert not child.ended_within(0.0)
    os.kill(child.pid, signal.SIGTERM)
    assert child.ended_within(60)
    assert child.ended_within(0.0)
    assert child.wait() == -signal.SIGTERM


def test_a_child_that_somebody_else_waited_for() -> None:
    child = started("raise SystemExit(9)")
    os.waitpid(child.pid, 0)
    assert child.wait() == 0


def test_the_environment_is_the_one_given() -> None:
    code = "import os; raise SystemExit(os.environ.get('ONE') != '1' or 'HOME' in os.environ)"
    child = Spawned(
        sys.executable,
        (sys.executable, "-S", "-X", "utf8", "-c", code),
        {"ONE": "1"},
        FORWARDERS[0],
    )
    assert child.wait() == 0


def test_what_is_passed_on_reaches_it() -> None:
    child = started("import signal; signal.pause()")
    signal.raise_signal(signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_one_that_stops_has_not_ended() -> None:
    child = started("import os; os.kill(os.getpid(), 19); raise SystemExit(9)")
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
    assert not child.ended_within(0.0)
    os.kill(child.pid, signal.SIGCONT)
    assert child.wait() == 9


@pytest.mark.parametrize("ends", [signal.SIG_DFL, signal.SIG_IGN])
def test_it_starts_with_the_signals_blocked_that_we_started_with(ends: signal.Handlers) -> None:
    ours, FORWARDERS[0].mask = FORWARDERS[0].mask, {signal.SIGUSR1, signal.SIGWINCH}
    before = signal.signal(signal.SIGCHLD, ends)
    try:
        code = "import signal; raise SystemExit(sum(signal.pthread_sigmask(0, [])))"
        assert started(code).wait() == signal.SIGUSR1 + signal.SIGWINCH
    finally:
        # Or the tests that follow would have them blocked.
        FORWARDERS[0].mask = ours
        signal.signal(signal.SIGCHLD, before)


@pytest.mark.parametrize("name", ["SIGPIPE", "SIGXFSZ"])
def test_what_python_ignores_a_program_does_not(name: str) -> None:
    number = getattr(signal, name)
    assert signal.getsignal(number) == signal.SIG_IGN
    child = Spawned(
        "/bin/sh", ("sh", "-c", f"kill -{number:d} $$"), dict(os.environ), FORWARDERS[0]
    )
    assert child.wait() == -number


def test_no_descriptor_goes_along() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        code = f"import os\ntry: os.fstat({descriptor})\nexcept OSError: raise SystemExit(5)"
        assert started(code).wait() == 5
    finally:
        os.close(descriptor)
