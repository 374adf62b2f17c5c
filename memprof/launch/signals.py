"""
Signals while the target lives: what reaches us is meant for it.

All are blocked and taken one by one, with what the kernel says of each: which signal,
and who sent it.  What a process sent to us is passed on.  What the target got by itself,
since it was sent to our whole group, is not: Ctrl-C and whatever else a terminal sends,
what a witness in the group got too, and what the target sent.
"""

import _signal as signal  # without the names as enumerations, which load for 5 ms
import os

from memprof.agent.settings import TARGET
from memprof.launch.witness import Witness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Info(Protocol):
        """What the kernel says of a signal."""

        @property
        def si_signo(self) -> int:
            """Which signal."""

        @property
        def si_code(self) -> int:
            """Why."""

        @property
        def si_pid(self) -> int:
            """Who sent it."""


_ALL = signal.valid_signals()
_OF_THE_KERNEL = 0x80
"""SI_KERNEL in Linux's `siginfo.h`."""

_STOPS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
# A terminal sends them to the group in its foreground, or in its background.
_OF_A_TERMINAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGWINCH, *_STOPS)
# Our own writes cause them, in us; Python has them ignored.
_OF_WRITING = (signal.SIGPIPE, signal.SIGXFSZ)


class Forwarder:
    """Passes signals on to the target from its start to its end; `mask` is what it starts with."""

    def __init__(self, mask: "set[int]") -> None:
        """Start with no target: what arrives early waits for it."""
        self.mask = mask
        self._pid: int | None = None
        self._early: frozenset[int] = frozenset()
        self._witness: Witness | None = None
        # By signal who sent it to the group and again before the witness had let go of it:
        # there the second is the first, and the witness has nothing of it to show.
        self._again: dict[int, int] = {}
        # Whether the target is stopped, and we were told to stop since it was continued.
        self._is_stopped = self._to_stop = False

    def prepare(self) -> None:
        """Note what came before the target, which is about to start: it did not get that."""
        self._early = frozenset(signal.sigpending())

    def start(self, pid: int) -> None:
        """Take *pid* as the target and pass on what came before it."""
        self._pid = pid
        if TARGET in os.environ:
            # A run within a run: to the outer one a witness would be a child of its program.
            return
        try:
            self._witness = Witness()
        except OSError:
            # No room for it: what is sent to the group reaches the target twice.
            self._witness = None

    def wait(self, seconds: float) -> None:
        """Wait up to *seconds* for signals, a child's end among them; pass on those that came."""
        info = signal.sigtimedwait(_ALL, seconds)
        while info is not None:
            if info.si_signo != signal.SIGCHLD:
                self._take(info)
            info = signal.sigtimedwait(_ALL, 0)
        self._stop_too()

    def stopped(self, *, now: bool) -> None:
        """Take it that the target stopped *now*, or goes on."""
        self._is_stopped = now
        if now and _is_job():
            # Who stops itself alone, as programs do that fill the screen, would leave its user
            # without the shell.
            self._to_stop = True
        self._stop_too()

    def _stop_too(self) -> None:
        """Stop as the target did, if what stops it was sent to us too; go on with it."""
        # What continues us may be here already: we would sleep through it.
        if self._is_stopped and self._to_stop and signal.SIGCONT not in signal.sigpending():
            self._is_stopped = self._to_stop = False
            os.kill(os.getpid(), signal.SIGSTOP)

    def end(self) -> None:
        """Let go of the target, which has ended: what arrives late is for nobody."""
        if self._witness is not None:
            self._witness.end()
            self._witness = None
        while signal.sigtimedwait(_ALL, 0) is not None:
            pass

    def _take(self, info: "Info") -> None:
        """Pass the signal *info* on, unless the target has it."""
        number = info.si_signo
        if number in _STOPS:
            self._to_stop = True
        elif number == signal.SIGCONT:
            self._is_stopped = self._to_stop = False
        if number in self._early:
            self._early -= {number}
        elif self._has_target(info):
            return
        try:
            if self._pid is not None:
                os.kill(self._pid, number)
        except OSError:
            # Gone, or another user by now, whom we may not send anything.
            return

    def _has_target(self, info: "Info") -> bool:
        """Tell whether the target got the signal *info* by itself, or is not to get it."""
        # Asked first, always: what waits at the witness hides what comes after it.
        if self._had_group(info):
            return True
        if info.si_code == _OF_THE_KERNEL:
            return info.si_signo in _OF_A_TERMINAL
        if info.si_pid == os.getpid():
            return info.si_signo in _OF_WRITING
        return info.si_pid == self._pid

    def _had_group(self, info: "Info") -> bool:
        """Tell whether the witness had the signal *info* too; without one nobody knows."""
        if self._witness is None:
            return False
        number, sender = info.si_signo, info.si_pid
        is_again = self._again.pop(number, None) == sender
        try:
            has = self._witness.has(info) or is_again
        except OSError:
            self._witness.end()
            self._witness = None
            return False
        # Signals of real time wait each for itself.
        if has and number < signal.SIGRTMIN and number in signal.sigpending():
            self._again[number] = sender
        return has


def _is_job() -> bool:
    """Tell whether we are a job of a shell at a terminal, which is told that we stop."""
    here = os.getpid()
    if os.getpgrp() != here or os.getsid(0) == here:
        return False
    try:
        os.close(os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


class forwarded:  # noqa: N801  (reads as what it is: with forwarded() as forwarder)
    """
    Takes the signals while the context lasts, which gives the Forwarder.

    Blocked signals and dispositions are the thread's own: none is changed for the
    target, which is to start with the Forwarder's `mask`.
    """

    def __enter__(self) -> Forwarder:
        """Take the signals."""
        self._forwarder = Forwarder(set(signal.pthread_sigmask(signal.SIG_BLOCK, _ALL)))
        return self._forwarder

    def __exit__(self, *_error: object) -> None:
        """Give them back."""
        self._forwarder.end()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._forwarder.mask)
