"""The thread works until it is stopped, and is gone at every fork."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from unit.agent.isolated import isolated

from memprof.agent.companion import Companion

WAIT_S = 10


def setting(*events: threading.Event) -> Callable[[], float]:
    """Return work that sets one of *events* after the other, and waits long."""
    turn = iter(events)

    def work() -> float:
        next(turn).set()
        return 60.0

    return work


def test_it_works_again_and_again_until_stopped() -> None:
    calls: list[int] = []
    enough = threading.Event()

    def work() -> float:
        calls.append(1)
        if len(calls) == 5:
            enough.set()
        return 0.001

    companion = Companion(work)
    companion.start()
    assert companion.is_running
    assert enough.wait(WAIT_S)
    companion.stop()
    assert not companion.is_running
    number = len(calls)
    companion.stop()
    assert len(calls) == number


def test_it_is_none_of_threading_s() -> None:
    before = threading.enumerate()
    working = threading.Event()
    companion = Companion(setting(working))
    companion.start()
    assert working.wait(WAIT_S)
    assert threading.enumerate() == before
    companion.stop()


def test_it_may_be_started_twice_and_again() -> None:
    began: list[threading.Event] = [threading.Event(), threading.Event()]
    companion = Companion(setting(*began))
    companion.start()
    companion.start()
    assert began[0].wait(WAIT_S)
    companion.stop()
    companion.start()
    assert began[1].wait(WAIT_S)
    companion.stop()


def test_where_no_thread_can_be_had_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    monkeypatch.setattr("memprof.agent.companion.start_new_thread", refuse)
    monkeypatch.setattr("memprof.agent.companion.start_joinable_thread", refuse)
    companion = Companion(setting())
    companion.start()
    assert not companion.is_running
    companion.stop()


def test_a_fork_finds_no_thread_and_the_parent_has_it_back(tmp_path: Path) -> None:
    """3.12 and later warn when a process with threads forks; as an error here."""
    code = """
import os, threading
from memprof.agent.companion import Companion

began = threading.Semaphore(0)
companion = Companion(lambda: began.release() or 60.0)
companion.start()
began.acquire()
os.register_at_fork(
    before=companion.pause, after_in_parent=companion.resume, after_in_child=companion.forget
)

def fork():
    pid = os.fork()
    if not pid:
        os._exit(0 if not companion.is_running else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for _ in range(3):
    assert fork() == 0
    assert began.acquire(timeout=10)
assert companion.is_running
companion.stop()
"""
    isolated(code, tmp_path, "-W", "error")
