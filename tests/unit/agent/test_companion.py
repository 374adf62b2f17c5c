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


def test_it_is_gone_until_the_last_of_several_forks_is_over() -> None:
    companion = Companion(lambda: 60.0)
    companion.start()
    pausing = [threading.Thread(target=companion.pause) for _ in range(3)]
    for thread in pausing:
        thread.start()
    for thread in pausing:
        thread.join(WAIT_S)
    seen: list[bool] = []

    def resume() -> None:
        companion.resume()
        seen.append(companion.is_running)

    for _ in pausing:
        resuming = threading.Thread(target=resume)
        resuming.start()
        resuming.join(WAIT_S)
    assert seen == [False, False, True]
    companion.stop()


def test_a_pause_within_a_pause_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a signal's handler forks just then."""
    companion = Companion(lambda: 60.0)
    companion.start()
    within: list[bool] = []

    def fork_once() -> None:
        if not within:
            within.append(True)
            companion.pause()
            within.append(companion.is_running)
            companion.resume()
            within.append(companion.is_running)

    monkeypatch.setattr("memprof.agent.companion.graph.ring", fork_once)
    companion.pause()
    assert within == [True, False, False]
    resuming = threading.Thread(target=companion.resume)
    resuming.start()
    resuming.join(WAIT_S)
    assert companion.is_running
    companion.stop()


def test_a_child_of_a_fork_within_a_pause_keeps_what_it_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = threading.Semaphore(0)

    def work() -> float:
        began.release()
        return 60.0

    companion = Companion(work)
    companion.start()
    assert began.acquire(timeout=WAIT_S)
    within: list[bool] = []

    def fork_once() -> None:
        if not within:
            within.append(True)
            companion.pause()
            companion.forget()
            companion.start()

    monkeypatch.setattr("memprof.agent.companion.graph.ring", fork_once)
    companion.stop()
    assert companion.is_running
    assert began.acquire(timeout=WAIT_S)
    assert not began.acquire(blocking=False)
    companion.stop()
    assert not companion.is_running


def test_who_forgets_has_a_thread_again_only_by_a_start() -> None:
    companion = Companion(lambda: 60.0)
    companion.start()
    companion.pause()
    companion.forget()
    companion.pause()
    companion.resume()
    assert not companion.is_running


def test_only_the_thread_that_the_process_began_with_is_the_first() -> None:
    companion = Companion(lambda: 60.0)
    seen: list[bool] = []
    other = threading.Thread(target=lambda: seen.append(companion.is_in_first))
    other.start()
    other.join(WAIT_S)
    assert companion.is_in_first
    assert seen == [False]


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
