"""Files the user asked for: whole or not there, by default for their owner only."""

import os
from contextlib import suppress

from memprof.errors import UsageError

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_whole(path: str, content: str | bytes, mode: int = 0o600) -> None:
    """
    Write *content* to *path* in one step, replacing what is there, with a *mode*.

    A symbolic link at *path* is replaced, not followed.  Raises UsageError
    where it cannot be written.
    """
    part = f"{path}.{os.getpid()}.part"
    try:
        descriptor = os.open(part, _CREATE, mode)
        try:
            with open(descriptor, "wb") as file:
                file.write(_encoded(content))
            os.replace(part, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(part)
            raise
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise UsageError(message, "Choose a place you can write to.") from error


def _encoded(content: str | bytes) -> bytes:
    """Return *content* as the bytes of a file."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
