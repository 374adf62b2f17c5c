"""A process just started, and its end; these start real ones."""

import os
import signal
import sys

import pytest

from memprof.launch.spawned import Spawned


def started(code: str) -> Spawned:
    """Return a Python that runs *code*."""
    argv = (sys.executable, "-S", "-E", "-c", code)
    return Spawned(sys.executable, argv, dict(os.environ))


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
    child = Spawned(sys.executable, (sys.executable, "-S", "-X", "utf8", "-c", code), {"ONE": "1"})
    assert child.wait() == 0


@pytest.mark.parametrize("name", ["SIGPIPE", "SIGXFSZ"])
def test_what_python_ignores_a_program_does_not(name: str) -> None:
    number = getattr(signal, name)
    assert signal.getsignal(number) == signal.SIG_IGN
    child = Spawned("/bin/sh", ("sh", "-c", f"kill -{number:d} $$"), dict(os.environ))
    assert child.wait() == -number


def test_no_descriptor_goes_along() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        code = f"import os\ntry: os.fstat({descriptor})\nexcept OSError: raise SystemExit(5)"
        assert started(code).wait() == 5
    finally:
        os.close(descriptor)
