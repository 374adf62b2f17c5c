"""A process just started, and its end: what `subprocess` does of it takes it 9 ms to load."""

import _signal as signal
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from memprof.launch.signals import Forwarder

_CHANGES = os.WNOHANG | os.WUNTRACED | os.WCONTINUED
# Nothing depends on it: the end of a child is a signal.
_LONG_S = 60.0
# Python ignores them; a program is started with them as the system has them.
_RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)


class Spawned:
    """A child of ours, by its `pid`; what reaches us while it is waited for is passed on to it."""

    def __init__(
        self,
        program: str,
        argv: tuple[str, ...],
        env: "Mapping[str, str]",
        forwarder: "Forwarder",
    ) -> None:
        """Start the file *program*, called by *argv*, with *env*; raise OSError where it cannot."""
        self._status: int | None = None
        self._forwarder = forwarder
        mask = forwarder.mask
        forwarder.prepare()
        if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
            # The kernel would throw its status away; only the child is to ignore it.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.pid = _start_deaf(program, argv, env, mask)
        else:
            self.pid = os.posix_spawn(program, argv, env, setsigmask=mask, setsigdef=_RESTORED)
        forwarder.start(self.pid)

    def wait(self) -> int:
        """Wait for the end; return the exit code, or the negative number of the signal."""
        while not self.ended_within(_LONG_S):
            pass
        return self._status or 0

    def ended_within(self, seconds: float) -> bool:
        """Wait up to *seconds* and tell whether it ended."""
        until = time.monotonic() + seconds
        while not self._has_ended():
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._forwarder.wait(left)
        return True

    def _has_ended(self) -> bool:
        """Take the status, if there is one, and tell whether it is the last."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, _CHANGES)
            except ChildProcessError:
                # Somebody else took it, who must know what it was.
                self._status = 0
                return True
            if pid and (os.WIFSTOPPED(status) or os.WIFCONTINUED(status)):
                self._forwarder.stopped(now=os.WIFSTOPPED(status))
            elif pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status is not None


def _start_deaf(
    program: str, argv: tuple[str, ...], env: "Mapping[str, str]", mask: "Iterable[int]"
) -> int:
    """Start a child that ignores the ends of its own, as whoever started us did; return its id."""
    # Asked for by few, it may load: `posix_spawn` can restore a signal and not ignore one.
    import subprocess

    def ignore() -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    child = subprocess.Popen(
        argv,
        executable=program,
        env=env,
        close_fds=False,
        preexec_fn=ignore,  # noqa: PLW1509  (we have one thread)
    )
    # It is ours to wait for; else it would complain that it still runs.
    child.returncode = 0
    return child.pid
