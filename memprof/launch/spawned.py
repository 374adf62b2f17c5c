"""A process just started, and its end: what `subprocess` does of it takes it 9 ms to load."""

import _signal as signal
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_ASK_EVERY_S = 0.05
# Python ignores them; a program is started with them as the system has them.
_RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)


class Spawned:
    """A child of ours, by its `pid`; its end can be waited for."""

    def __init__(self, program: str, argv: tuple[str, ...], env: "Mapping[str, str]") -> None:
        """Start the file *program*, called by *argv*, with *env*; raise OSError where it cannot."""
        self._status: int | None = None
        if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
            # The kernel would throw its status away; only the child is to ignore it.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.pid = _start_deaf(program, argv, env)
        else:
            self.pid = os.posix_spawn(program, argv, env, setsigdef=_RESTORED)

    def wait(self) -> int:
        """Wait for the end; return the exit code, or the negative number of the signal."""
        if self._status is None:
            self._take(0)
        return self._status or 0

    def ended_within(self, seconds: float) -> bool:
        """Wait up to *seconds* and tell whether it ended; asks every 50 ms."""
        until = time.monotonic() + seconds
        while self._status is None:
            self._take(os.WNOHANG)
            left = until - time.monotonic()
            if self._status is None:
                if left <= 0:
                    return False
                time.sleep(min(left, _ASK_EVERY_S))
        return True

    def _take(self, options: int) -> None:
        """Take the status, if there is one."""
        try:
            pid, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            # Somebody else took it, who must know what it was.
            self._status = 0
            return
        if pid:
            self._status = os.waitstatus_to_exitcode(status)


def _start_deaf(program: str, argv: tuple[str, ...], env: "Mapping[str, str]") -> int:
    """Start a child that ignores the ends of its own, as whoever started us did; return its id."""
    # Asked for by few, it may load: `posix_spawn` can restore a signal and not ignore one.
    import subprocess

    def ignore() -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)

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
