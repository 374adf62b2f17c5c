"""Fingerprints: what names a suspect in every run, whatever lines and figures do."""

import re
from hashlib import sha256

from memprof.analysis.origins import is_library
from memprof.analysis.paths import shape
from memprof.analysis.places import Root, below
from memprof.model.allocations import Frame
from memprof.model.objects import Type

LENGTH = 12
_VERSION = re.compile(r"python3\.\d+t?")


def of_owner(path: str) -> str:
    """Return the fingerprint of all that hangs on *path*, whatever keys it goes through."""
    return _digits("owner", shape(path))


def of_site(
    stack: tuple[Frame, ...],
    caller: Frame | None,
    kind: Type | None,
    judged_on: str,
    *,
    root: Root | None = None,
) -> str:
    """
    Return the fingerprint of what the functions of a *stack* and its *caller* allocate.

    *kind* tells types apart; *judged_on* stands for what has neither.  A file
    below the *root* of a project goes by its path from there; any other by its
    last two names.
    """
    frames = [frame for frame in (*stack[:1], caller) if frame is not None]
    name = "" if kind is None else f"{kind.module}.{kind.qualname}"
    parts = [*(_function(frame, root) for frame in frames), name]
    if not frames and kind is None:
        parts.append(judged_on)
    return _digits("site", *parts)


def of_lost(kind: Type | None, name: str) -> str:
    """Return the fingerprint of references that are lost to an object of *kind* and *name*."""
    return _digits("lost", "" if kind is None else f"{kind.module}.{kind.qualname}", name)


def _digits(*parts: str) -> str:
    """Return *parts* as LENGTH hexadecimal digits."""
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:LENGTH]


def _function(frame: Frame, root: Root | None) -> str:
    """Return where *frame* is, without its line: it moves with every edit above."""
    inside = None if root is None or is_library(frame) else below(frame.file, root)
    place = inside or "/".join(frame.file.replace("\\", "/").split("/")[-2:])
    return f"{_VERSION.sub('python3', place)} {frame.function or ''}"
