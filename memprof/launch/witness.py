"""
A process that can tell whether a signal was sent to our whole group.

Who sends a signal to a group sends it to every process in it, and nothing in what one of
them gets says whether the others did too.  So there is one more: a fork of ours, in which
signals only wait.  What waits there, from the same sender, the target has by itself.
"""

import _signal as signal
import os
import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from memprof.launch.signals import Info

# What one sender sends first to us and then to the group, as `timeout` does, is one signal, though
# it may be kept from the processor in between.
_SOON_S = 0.02
# A witness that is stopped or gone answers never, and one on a busy machine late.
_PATIENCE_MS = 5000
_SIZE = 4


class Witness:
    """Forks at once, with the signals blocked that are to be asked for; raises OSError if not."""

    def __init__(self) -> None:
        """Fork."""
        asked, self._ask = os.pipe()
        try:
            self._answer, answers = os.pipe()
        except OSError:
            os.close(asked)
            os.close(self._ask)
            raise
        try:
            self._pid = os.fork()
        except OSError:
            os.close(self._ask)
            os.close(self._answer)
            raise
        else:
            if not self._pid:
                # Held open, they would outlive us: it ends when nobody can ask any more.
                os.close(self._ask)
                os.close(self._answer)
                _testify(asked, answers)
        finally:
            os.close(asked)
            os.close(answers)
        self._poll = select.poll()
        self._poll.register(self._answer, select.POLLIN)

    def has(self, info: "Info") -> bool:
        """Tell whether the signal *info* reached the group; raise OSError where nobody knows."""
        words = (info.si_signo, info.si_code, info.si_pid)
        os.write(self._ask, b"".join(_packed(word) for word in words))
        if not self._poll.poll(_PATIENCE_MS):
            raise TimeoutError
        answer = os.read(self._answer, 1)
        if not answer:
            raise BrokenPipeError
        return answer == b"y"

    def end(self) -> None:
        """End it; it is never in need of a last word."""
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._ask)
        os.close(self._answer)
        try:
            os.waitpid(self._pid, 0)
        except ChildProcessError:
            # Somebody else took it, or nobody had to.
            return


def _testify(asked: int, answers: int) -> "NoReturn":
    """Answer what is asked until nobody asks; this process does nothing else."""
    try:
        while len(words := os.read(asked, 3 * _SIZE)) == 3 * _SIZE:
            number, code, pid = (_unpacked(words[at : at + _SIZE]) for at in (0, _SIZE, 2 * _SIZE))
            os.write(answers, b"y" if _has(number, code, pid) else b"n")
    finally:
        os._exit(0)


def _has(number: int, code: int, pid: int) -> bool:
    """Take what waits here of signal *number*; tell whether it is of that *code* and sender."""
    while (info := signal.sigtimedwait({number}, _SOON_S)) is not None:
        if (info.si_code, info.si_pid) == (code, pid):
            return True
    return False


def _packed(word: int) -> bytes:
    """Return *word* as bytes."""
    return word.to_bytes(_SIZE, "little", signed=True)


def _unpacked(data: bytes) -> int:
    """Return the word that *data* is."""
    return int.from_bytes(data, "little", signed=True)
