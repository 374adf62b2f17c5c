"""Files of the user's: what was asked for, whole or not there; baselines, read with suspicion."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from memprof.errors import BaselineNotFound, BaselineUnreadable, UsageError

_MOST_BASELINE_BYTES = 16_000_000
BASELINE_MODE = 0o644
"""It is committed, and names code: nothing in it is secret."""

_T = TypeVar("_T")

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


def read_baseline(path: str, read: Callable[[object], _T]) -> _T:
    """
    Return what *read* makes of the JSON at *path*; raise BaselineNotFound or BaselineUnreadable.

    *read* raises BaselineUnreadable, and says why.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BASELINE_BYTES + 1)
    except OSError as error:
        message = f"the baseline {path} cannot be read: {error.strerror}"
        raise BaselineNotFound(message) from error
    if len(content) > _MOST_BASELINE_BYTES:
        message = f"{path} is not a baseline: it is larger than {_MOST_BASELINE_BYTES:,} bytes"
        raise BaselineUnreadable(message)
    try:
        return read(json.loads(content))
    except BaselineUnreadable as error:
        message = f"{path} is not a baseline: {error}"
        raise BaselineUnreadable(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is not a baseline: it is not JSON"
        raise BaselineUnreadable(message) from error


def _encoded(content: str | bytes) -> bytes:
    """Return *content* as the bytes of a file."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
