"""What reaches memprof while the target lives is meant for the target."""

import os
import signal
from contextlib import suppress

import pytest

from memprof.launch.signals import Forwarder, forwarded

FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
SURVIVED = (signal.SIGINT, signal.SIGQUIT)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return what is sent, to whom: nothing is, really."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    return sent


def test_a_signal_is_passed_on(sent: list[tuple[int, int]]) -> None:
    forwarder = Forwarder()
    forwarder.start(4711)
    forwarder.receive(signal.SIGTERM, None)
    forwarder.receive(signal.SIGTERM, None)
    assert sent == [(4711, signal.SIGTERM)] * 2


def test_what_comes_before_the_target_waits_for_it(sent: list[tuple[int, int]]) -> None:
    forwarder = Forwarder()
    forwarder.receive(signal.SIGHUP, None)
    forwarder.receive(signal.SIGUSR1, None)
    assert sent == []
    forwarder.start(4711)
    assert sent == [(4711, signal.SIGHUP), (4711, signal.SIGUSR1)]
    forwarder.start(4711)
    assert len(sent) == 2


def test_nothing_is_sent_to_a_process_that_is_gone(sent: list[tuple[int, int]]) -> None:
    forwarder = Forwarder()
    forwarder.start(4711)
    forwarder.pid = None
    forwarder.receive(signal.SIGTERM, None)
    assert sent == []


def test_a_target_that_is_just_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(_pid: int, _number: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", kill)
    forwarder = Forwarder()
    forwarder.start(4711)
    forwarder.receive(signal.SIGTERM, None)


def test_signals_are_taken_only_while_the_target_lives(sent: list[tuple[int, int]]) -> None:
    before = [signal.getsignal(number) for number in (*FORWARDED, *SURVIVED)]
    with forwarded() as forwarder:
        forwarder.start(4711)
        for number in (*FORWARDED, *SURVIVED):
            signal.raise_signal(number)
    assert sent == [(4711, number) for number in FORWARDED]
    assert [signal.getsignal(number) for number in (*FORWARDED, *SURVIVED)] == before


@pytest.mark.parametrize("number", [*FORWARDED, *SURVIVED])
def test_what_was_ignored_stays_ignored(number: int) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with forwarded():
            assert signal.getsignal(number) is signal.SIG_IGN
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_handlers_are_put_back_after_an_error() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with suppress(LookupError), forwarded():
        assert signal.getsignal(signal.SIGTERM) is not before
        raise LookupError
    assert signal.getsignal(signal.SIGTERM) is before
