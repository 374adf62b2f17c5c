"""
Signals while the target lives: what reaches us is meant for it.

Ctrl-C reaches the whole foreground group, so the target has its own; we
only must not die of ours.  The others are sent to one process by
name, usually to us, and are passed on.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_OURS_TO_SURVIVE = (signal.SIGINT, signal.SIGQUIT)
_OURS_TO_FORWARD = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class Forwarder:
    """Passes signals on to `pid`, once it is known and until it is reaped."""

    def __init__(self) -> None:
        """Start with no target: what arrives early is kept for it."""
        self.pid: int | None = None
        self._early: list[int] = []

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Pass signal *number* on, or keep it until there is a target."""
        if self.pid is None:
            self._early.append(number)
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def start(self, pid: int) -> None:
        """Take *pid* as the target and pass on what came before it."""
        self.pid = pid
        for number in self._early:
            self.receive(number, None)
        self._early.clear()


def _stay(_number: int, _frame: FrameType | None) -> None:
    """Survive a signal that the target receives by itself."""


@contextmanager
def forwarded() -> Iterator[Forwarder]:
    """
    Forward signals while the context lasts; yield the Forwarder.

    A signal ignored on entry (nohup, background jobs) stays ignored, and the
    target inherits that.  Handlers, unlike SIG_IGN, are not inherited, so the
    target starts with the dispositions it would have bare.
    """
    forwarder = Forwarder()
    before = {}
    for numbers, handler in (
        (_OURS_TO_SURVIVE, _stay),
        (_OURS_TO_FORWARD, forwarder.receive),
    ):
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
    try:
        yield forwarder
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)
