"""What reaches memprof while the target lives is meant for the target."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

import pytest

from memprof.launch import signals
from memprof.launch.signals import Forwarder, forwarded

TARGET = 4711
KERNEL, USER = 0x80, 0
PASSED = sorted(set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD})
OF_A_TERMINAL = ("SIGINT", "SIGQUIT", "SIGWINCH", "SIGTSTP", "SIGTTIN", "SIGTTOU")
OF_WRITING = (signal.SIGPIPE, signal.SIGXFSZ)


@dataclass
class Sent:
    """What the kernel says of a signal."""

    si_signo: int
    si_code: int = USER
    si_pid: int = 1


class FakeWitness:
    """Stands in for a process in our group."""

    def __init__(self, *, knows: bool | None) -> None:
        """Answer so each time; None where it is gone."""
        self.knows = knows
        self.ends = 0

    def has(self, _info: Sent) -> bool:
        """Answer."""
        if self.knows is None:
            raise BrokenPipeError
        return self.knows

    def end(self) -> None:
        """Count."""
        self.ends += 1


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return what is sent, to whom: nothing is, really."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    return sent


@pytest.fixture
def forwarder() -> Iterator[Forwarder]:
    """Return one that has taken the signals."""
    with forwarded() as forwarder:
        yield forwarder


def arrives(forwarder: Forwarder, monkeypatch: pytest.MonkeyPatch, *infos: Sent) -> None:
    """Have *forwarder* take *infos*."""
    waiting = [*infos, None]
    with monkeypatch.context() as patched:
        patched.setattr("_signal.sigtimedwait", lambda _numbers, _seconds: waiting.pop(0))
        forwarder.wait(1.0)


def test_every_signal_is_passed_on(forwarder: Forwarder, sent: list[tuple[int, int]]) -> None:
    forwarder.start(TARGET)
    expected = []
    for number in PASSED:
        if number not in OF_WRITING:
            signal.raise_signal(number)
            forwarder.wait(60)
            expected.append((TARGET, number))
    assert sent == expected


def test_what_our_own_writes_cause_is_ours(
    forwarder: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarder.start(TARGET)
    ours = [Sent(number, si_pid=os.getpid()) for number in OF_WRITING]
    arrives(forwarder, monkeypatch, *ours, *(Sent(number) for number in OF_WRITING))
    assert sent == [(TARGET, number) for number in OF_WRITING]


def test_what_comes_before_the_target_waits_for_it(
    forwarder: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.raise_signal(signal.SIGINT)
    forwarder.prepare()
    forwarder.start(TARGET)
    signal.sigtimedwait([signal.SIGINT], 60)
    of_a_terminal = Sent(signal.SIGINT, KERNEL)
    arrives(forwarder, monkeypatch, of_a_terminal, of_a_terminal)
    # It had none when it started, and has the second by itself.
    assert sent == [(TARGET, signal.SIGINT)]


@pytest.mark.parametrize("name", [*OF_A_TERMINAL, "SIGALRM", "SIGVTALRM", "SIGHUP", "SIGCONT"])
def test_what_the_kernel_sends_is_a_terminals_or_a_timers(
    name: str,
    forwarder: Forwarder,
    sent: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = getattr(signal, name)
    forwarder.start(TARGET)
    arrives(forwarder, monkeypatch, Sent(number, KERNEL))
    assert sent == ([] if name in OF_A_TERMINAL else [(TARGET, number)])


def test_what_the_target_sends_it_does_not_get_back(
    forwarder: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarder.start(TARGET)
    arrives(forwarder, monkeypatch, Sent(signal.SIGTERM, si_pid=TARGET), Sent(signal.SIGHUP))
    assert sent == [(TARGET, signal.SIGHUP)]


@pytest.mark.parametrize(
    ("witness", "passed", "ends"),
    [
        (FakeWitness(knows=True), 0, 0),
        (FakeWitness(knows=False), 2, 0),
        (FakeWitness(knows=None), 2, 1),
    ],
    ids=["group", "alone", "gone"],
)
def test_what_the_group_got_is_not_passed_on(
    witness: FakeWitness,
    passed: int,
    ends: int,
    sent: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signals, "Witness", lambda: witness)
    with forwarded() as forwarder:
        forwarder.start(TARGET)
        arrives(forwarder, monkeypatch, Sent(signal.SIGTERM), Sent(signal.SIGINT))
        assert len(sent) == passed
        assert witness.ends == ends
    # One that was gone is not asked again, and not ended twice.
    assert witness.ends == 1


class Merging:
    """A witness that lets go of its signal only after the same has come again."""

    def __init__(self, again: int) -> None:
        """Have the signals come *again* so many times; each is here, and merged there."""
        self.again = again
        self.has_one = True

    def has(self, info: Sent) -> bool:
        """Answer what it has, once."""
        if self.again:
            self.again -= 1
            signal.raise_signal(info.si_signo)
        had, self.has_one = self.has_one, False
        return had

    def end(self) -> None:
        """Do nothing."""


@pytest.fixture(params=[1])
def merging(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forwarder]:
    """Return one whose witness has one signal of so many."""
    monkeypatch.setattr(signals, "Witness", lambda: Merging(request.param))
    with forwarded() as forwarder:
        forwarder.start(TARGET)
        yield forwarder


@pytest.mark.parametrize("merging", [1, 2], indirect=True)
def test_what_merged_at_the_witness_the_group_got(
    merging: Forwarder, sent: list[tuple[int, int]]
) -> None:
    signal.raise_signal(signal.SIGUSR1)
    merging.wait(60)
    assert sent == []
    # What comes later, to us alone, is passed on.
    signal.raise_signal(signal.SIGUSR1)
    merging.wait(60)
    assert sent == [(TARGET, signal.SIGUSR1)]


def test_what_another_sent_did_not_merge(
    merging: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = (Sent(signal.SIGUSR1, si_pid=pid) for pid in (1, 2))
    arrives(merging, monkeypatch, first, other, first)
    assert sent == [(TARGET, signal.SIGUSR1)] * 2


def test_signals_of_real_time_do_not_merge(merging: Forwarder, sent: list[tuple[int, int]]) -> None:
    signal.raise_signal(signal.SIGRTMIN)
    merging.wait(60)
    assert sent == [(TARGET, signal.SIGRTMIN)]


def test_the_end_of_a_child_ends_the_wait(
    forwarder: Forwarder, sent: list[tuple[int, int]]
) -> None:
    forwarder.start(TARGET)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGCONT):
        signal.raise_signal(number)
    forwarder.wait(60)
    assert sent == [(TARGET, signal.SIGTERM), (TARGET, signal.SIGCONT)]
    signal.raise_signal(signal.SIGCHLD)
    forwarder.wait(60)
    assert len(sent) == 2


@pytest.mark.parametrize("error", [ProcessLookupError, PermissionError])
def test_a_target_that_is_just_gone_or_somebody_else_is_no_error(
    error: type[OSError], forwarder: Forwarder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(_pid: int, _number: int) -> NoReturn:
        raise error

    monkeypatch.setattr(os, "kill", kill)
    forwarder.start(TARGET)
    signal.raise_signal(signal.SIGTERM)
    forwarder.wait(60)


@pytest.mark.parametrize("order", [("target", "us"), ("us", "target")], ids=str)
def test_we_stop_with_the_target_where_both_were_told_to(
    order: tuple[str, str],
    forwarder: Forwarder,
    sent: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forwarder.start(TARGET)
    for told in order:
        assert sent == []
        if told == "us":
            arrives(forwarder, monkeypatch, Sent(signal.SIGTSTP, KERNEL))
        else:
            forwarder.stopped(now=True)
    assert sent == [(os.getpid(), signal.SIGSTOP)]
    # Continued, and stopped again by itself: who knows who continues it then.
    forwarder.stopped(now=True)
    assert len(sent) == 1


def test_we_do_not_stop_with_a_target_that_went_on(
    forwarder: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarder.start(TARGET)
    forwarder.stopped(now=True)
    forwarder.stopped(now=False)
    arrives(forwarder, monkeypatch, Sent(signal.SIGTSTP, KERNEL))
    assert sent == []
    arrives(forwarder, monkeypatch, Sent(signal.SIGCONT))
    forwarder.stopped(now=True)
    assert sent == [(TARGET, signal.SIGCONT)]


def test_we_do_not_stop_when_we_are_continued_already(
    forwarder: Forwarder, sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarder.start(TARGET)
    arrives(forwarder, monkeypatch, Sent(signal.SIGTSTP, KERNEL))
    signal.raise_signal(signal.SIGCONT)
    forwarder.stopped(now=True)
    assert sent == []


def test_signals_are_taken_only_while_the_target_lives(sent: list[tuple[int, int]]) -> None:
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    try:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        handlers = [signal.getsignal(number) for number in PASSED]
        with forwarded() as forwarder:
            assert forwarder.mask == before
            forwarder.start(TARGET)
            # Nobody waits for it any more.
            signal.raise_signal(signal.SIGTERM)
        assert sent == []
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
        assert [signal.getsignal(number) for number in PASSED] == handlers
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_what_was_ignored_is_passed_on_and_stays_ignored(
    number: int, sent: list[tuple[int, int]]
) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with forwarded() as forwarder:
            forwarder.start(TARGET)
            signal.raise_signal(number)
            forwarder.wait(60)
            # A target that was told to ignore it may handle it all the same.
            assert sent == [(TARGET, number)]
            assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_signals_are_given_back_after_an_error() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with suppress(LookupError), forwarded():
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) != before
        raise LookupError
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
