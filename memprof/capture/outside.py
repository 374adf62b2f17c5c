"""
The launcher's side of a capture: create it, add what is seen from outside.

The agent appends to the same file from inside the target, so each record is
one write to a descriptor that appends.
"""

import os
import stat

from memprof.agent.settings import CHILDREN_ENDING
from memprof.agent.wire import MAGIC, seal
from memprof.errors import CaptureExists, CaptureNotWritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from memprof.capture.gathering import Gathering

    class Look(Protocol):
        """What is seen of the target from outside; None where the system is silent."""

        @property
        def rss_bytes(self) -> int:
            """Return resident memory."""

        @property
        def uss_bytes(self) -> int | None:
            """Return what would be free if the process ended."""

        @property
        def pss_bytes(self) -> int | None:
            """Return resident memory, shared pages divided among those who share."""

        @property
        def descriptors(self) -> int | None:
            """Return the open descriptors."""

        @property
        def threads(self) -> int | None:
            """Return the threads."""


_MODE = 0o600
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def create(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """
    Create an empty capture at *path* that only its owner can read.

    With *overwrite*, a regular file there is replaced in one step; whoever
    has the old one open keeps it.  Raises CaptureExists without it, and
    CaptureNotWritable where there can be no capture.  What children left beside the
    old one goes with it.
    """
    try:
        _create(path)
    except FileExistsError:
        _check_replaceable(path, overwrite=overwrite)
        _replace(path)
        _empty_beside(os.path.abspath(path))
    except (OSError, ValueError) as wrong:
        raise _not_writable(path, wrong) from wrong


def remove(path: str | os.PathLike[str]) -> None:
    """Take away what is at *path*, if it can be."""
    try:
        os.unlink(path)
    except OSError:
        return


class Outside:
    """
    Appends the launcher's records to a capture.

    Nothing here raises: a full disk is no reason to disturb the target.
    `lost` counts the records that could not be written whole.
    """

    def __init__(self, path: str | os.PathLike[str], token: str | None = None) -> None:
        """
        Open the capture at *path*, which must be there.

        *token* is what the captures of the run's children have in common with it,
        None where they are not followed.
        """
        self.lost = 0
        self._path, self._token = os.path.abspath(path), token
        self._gathering: Gathering | None = None
        self._descriptor: int | None
        try:
            self._descriptor = os.open(path, _APPEND)
        except (OSError, ValueError):
            self._descriptor = None

    def resident(self, clock_ns: int, look: "Look") -> None:
        """Record one *look* at the target at *clock_ns* of `time.perf_counter_ns()`."""
        fields = {
            "clock_ns": clock_ns,
            "rss": look.rss_bytes,
            "uss": look.uss_bytes,
            "pss": look.pss_bytes,
            "descriptors": look.descriptors,
            "threads": look.threads,
        }
        self._append("resident", fields)

    def exit(
        self,
        clock_ns: int,
        code: int | None,
        signal_number: int | None,
        rss_peak_bytes: int | None,
        oom_kills: int | None,
    ) -> None:
        """Record how the target ended: with a *code*, or by a signal."""
        fields = {
            "clock_ns": clock_ns,
            "code": code,
            "signal": signal_number,
            "rss_peak_bytes": rss_peak_bytes,
            "oom_kills": oom_kills,
        }
        self._append("exit", fields)

    def gather(self) -> None:
        """Count the children that are too many to be told one by one."""
        gathering = self._beside()
        if gathering is not None:
            gathering.sweep()

    def fold(self) -> None:
        """Append what the children left: the target has ended."""
        gathering = self._beside()
        if gathering is not None:
            gathering.fold()

    def write(self, pieces: "Iterable[bytes]") -> bool:
        """Append *pieces* and tell whether that was done: if not, there is nothing of them."""
        descriptor = self._descriptor
        if descriptor is None:
            return False
        before = os.fstat(descriptor).st_size
        try:
            whole = all(os.write(descriptor, piece) == len(piece) for piece in pieces)
        except OSError:
            whole = False
        if not whole:
            try:
                os.ftruncate(descriptor, before)
            except OSError:
                return False
        return whole

    def _beside(self) -> "Gathering | None":
        """Return who gathers what children left, None while none has left anything."""
        if self._gathering is None and self._token is not None:
            if not os.path.isdir(self._path + CHILDREN_ENDING):
                return None
            # Not before: most runs have no children, and none should wait for this.
            from memprof.capture.gathering import Gathering

            self._gathering = Gathering(self._path, self._token, self.write)
        return self._gathering

    def close(self) -> None:
        """Close the capture; later records are lost."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                os.close(descriptor)
            except OSError:
                return

    def _append(self, kind: str, fields: dict[str, int | None]) -> None:
        """
        Write one record, after a newline.

        The target may have died in the middle of a line; the newline keeps
        ours from being taken for the rest of it.
        """
        line = b"\n" + seal(kind, fields)
        try:
            whole = self._descriptor is not None and os.write(self._descriptor, line) == len(line)
        except OSError:
            whole = False
        self.lost += not whole


def _create(path: str | os.PathLike[str]) -> None:
    """Create *path*, which must not be there, with nothing but the magic in it."""
    descriptor = os.open(path, _CREATE, _MODE)
    try:
        _begin(descriptor)
    except OSError:
        remove(path)
        raise
    finally:
        os.close(descriptor)


def _begin(descriptor: int) -> None:
    """Give the new file its mode, whatever the umask took away, and its first line."""
    os.fchmod(descriptor, _MODE)
    if os.write(descriptor, MAGIC) != len(MAGIC):
        message = "there is no room for it"
        raise OSError(message)


def _check_replaceable(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Raise unless what is at *path* is a file that may be replaced."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    except OSError as wrong:
        raise _not_writable(path, wrong) from wrong
    if not stat.S_ISREG(mode):
        found = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a directory"}
        what = found.get(stat.S_IFMT(mode), "not a regular file")
        message = f"{path} is {what}"
        raise CaptureNotWritable(message)
    if not overwrite:
        message = f"{path} already exists"
        raise CaptureExists(message)


def _replace(path: str | os.PathLike[str]) -> None:
    """Put an empty capture in the place of *path*."""
    temporary = os.path.join(os.path.dirname(path), f".memprof-{os.urandom(8).hex()}")
    try:
        _create(temporary)
        try:
            os.replace(temporary, path)
        except OSError:
            remove(temporary)
            raise
    except OSError as wrong:
        raise _not_writable(path, wrong) from wrong


def _empty_beside(path: str) -> None:
    """Take away what children left beside the capture that was at *path*."""
    if os.path.isdir(path + CHILDREN_ENDING):
        from memprof.capture.gathering import empty

        empty(path)


def _not_writable(path: str | os.PathLike[str], wrong: OSError | ValueError) -> CaptureNotWritable:
    """Return the error that says why no capture can be at *path*."""
    reason = wrong.strerror if isinstance(wrong, OSError) else None
    return CaptureNotWritable(f"{path} cannot be created: {reason or wrong}")
