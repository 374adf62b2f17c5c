"""What the system says of a process, and what it keeps to itself."""

from contextlib import nullcontext
from types import SimpleNamespace

import psutil
import pytest

from memprof.launch.resident import Look, Watcher

MIB = 1 << 20


class FakeProcess:
    """Stands in for psutil's: a process of 30 MiB with 9 descriptors and 4 threads."""

    def __init__(self, pid: int) -> None:
        """Know nothing of *pid*."""
        self.pid = pid
        self.error: Exception | None = None
        self.descriptors, self.threads = 9, 4
        self.full: object = SimpleNamespace(uss=20 * MIB, pss=25 * MIB)

    def oneshot(self) -> "nullcontext[None]":
        """Take the place of psutil's cache."""
        return nullcontext()

    def memory_info(self) -> object:
        """Return the resident memory, unless there is an error to raise."""
        if self.error is not None:
            raise self.error
        return SimpleNamespace(rss=30 * MIB)

    def memory_full_info(self) -> object:
        """Return what is dear to ask."""
        if isinstance(self.full, Exception):
            raise self.full
        return self.full

    def num_fds(self) -> int:
        """Return the descriptors, the agent's among them."""
        return self.descriptors

    def num_threads(self) -> int:
        """Return the threads, the agent's among them."""
        return self.threads


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> FakeProcess:
    """Return the process that every Watcher will look at."""
    process = FakeProcess(17)
    monkeypatch.setattr(psutil, "Process", lambda _pid: process)
    return process


@pytest.mark.usefixtures("process")
def test_a_cheap_look() -> None:
    assert Watcher(17).look(thorough=False) == Look(30 * MIB, None, None, 8, None)


@pytest.mark.usefixtures("process")
def test_a_thorough_look_leaves_the_agent_out() -> None:
    assert Watcher(17).look(thorough=True) == Look(30 * MIB, 20 * MIB, 25 * MIB, 8, 3)


def test_the_agent_may_not_be_there_yet(process: FakeProcess) -> None:
    process.descriptors, process.threads = 0, 1
    look = Watcher(17).look(thorough=True)
    assert look is not None
    assert (look.descriptors, look.threads) == (0, 1)


def test_a_system_without_pss(process: FakeProcess) -> None:
    process.full = SimpleNamespace(uss=20 * MIB)
    assert Watcher(17).look(thorough=True) == Look(30 * MIB, 20 * MIB, None, 8, 3)


def test_a_process_whose_pages_are_not_ours_to_see(process: FakeProcess) -> None:
    process.full = psutil.AccessDenied(17)
    assert Watcher(17).look(thorough=True) == Look(30 * MIB, None, None, 8, 3)


@pytest.mark.parametrize("error", [psutil.NoSuchProcess(17), psutil.ZombieProcess(17), OSError()])
def test_a_process_that_is_gone(process: FakeProcess, error: Exception) -> None:
    process.error = error
    assert Watcher(17).look(thorough=True) is None


def test_a_process_that_was_gone_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(pid: int) -> None:
        raise psutil.NoSuchProcess(pid)

    monkeypatch.setattr(psutil, "Process", gone)
    assert Watcher(17).look(thorough=False) is None
