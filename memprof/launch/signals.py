"""
Signals while the target lives: what reaches us is meant for it.

Ctrl-C reaches the whole foreground group, so the target has its own; we
only must not die of ours.  The others are sent to one process by
name, usually to us, and are passed on.
"""

import _signal as signal  # without the names as enumerations, which load for 5 ms
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_OURS_TO_SURVIVE = (signal.SIGINT, signal.SIGQUIT)
_OURS_TO_FORWARD = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class Forwarder:
    """Passes signals on to `pid`, once it is known and until it is reaped."""

    def __init__(self) -> None:
        """Start with no target: what arrives early is kept for it."""
        self.pid: int | None = None
        self._early: list[int] = []

    def receive(self, number: int, _frame: "FrameType | None") -> None:
        """Pass signal *number* on, or keep it until there is a target."""
        if self.pid is None:
            self._early.append(number)
            return
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def start(self, pid: int) -> None:
        """Take *pid* as the target and pass on what came before it."""
        self.pid = pid
        for number in self._early:
            self.receive(number, None)
        self._early.clear()


def _stay(_number: int, _frame: "FrameType | None") -> None:
    """Survive a signal that the target receives by itself."""


class forwarded:  # noqa: N801  (reads as what it is: with forwarded() as forwarder)
    """
    Forwards signals while the context lasts, which gives the Forwarder.

    A signal ignored on entry (nohup, background jobs) stays ignored, and the
    target inherits that.  Handlers, unlike SIG_IGN, are not inherited, so the
    target starts with the dispositions it would have bare.
    """

    def __init__(self) -> None:
        """Take no signal yet."""
        self._before: dict[int, object] = {}

    def __enter__(self) -> Forwarder:
        """Take the signals."""
        forwarder = Forwarder()
        for numbers, handler in (
            (_OURS_TO_SURVIVE, _stay),
            (_OURS_TO_FORWARD, forwarder.receive),
        ):
            for number in numbers:
                if signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, handler)
        return forwarder

    def __exit__(self, *_error: object) -> None:
        """Give them back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
