"""What is asked of a test: by its marker, by the ini file, by the command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import pytest

from memprof.analysis.allowed import Allowed
from memprof.errors import UsageError
from memprof.model.rounds import BLOCKS, OBJECTS
from memprof.quantity import read_bytes, read_seconds

ANY = "any"
"""The growth of a test that may keep what it likes."""

_GROWTH = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?)\s*(object|block)s?\s*/\s*call\s*")
_WHAT = {"object": OBJECTS, "block": BLOCKS}
_NOTHING = Allowed(0, OBJECTS)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What a test is held to.

    `growth` None: it may keep what it likes; `limit_bytes` None: it may take what it
    likes.  `exactly`: its growth is judged even where nothing is left of its first call.
    """

    growth: Allowed | None = _NOTHING
    limit_bytes: int | None = None
    calls: int | None = None
    ignored: tuple[str, ...] = ()
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the suite is held to, how many rows are shown and how long a test is judged."""

    asked: Asked
    top: int
    limit_s: float

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        """Read the command line and the ini file; raise UsageError where they make no sense."""
        words = {key: config.getini(f"memprof_{key}") for key in _READERS}
        asked = _read(Asked(), {key: word for key, word in words.items() if word})
        top = config.getoption("--memprof-top")
        if top is None:
            top = _count("top", config.getini("memprof_top"), least=0)
        time = config.getoption("--memprof-time") or config.getini("memprof_time")
        return cls(asked, _count("top", top, least=0), read_seconds(time))


def of(item: pytest.Item, defaults: Asked) -> Asked:
    """Return what is asked of *item*; raise UsageError where its marker makes no sense."""
    markers = list(item.iter_markers("memprof"))
    asked = defaults
    # The nearest one comes first, and has the last word.
    for marker in reversed(markers):
        if marker.args:
            message = f"the marker memprof takes no {marker.args[0]!r}"
            raise UsageError(message, f"Name it: {', '.join(f'{key}=…' for key in _READERS)}.")
        asked = _read(asked, marker.kwargs)
        judged = "growth" in marker.kwargs or "limit" not in marker.kwargs
        asked = replace(asked, exactly=asked.exactly or judged)
    return asked


def _read(asked: Asked, words: Mapping[str, Any]) -> Asked:
    """Return *asked* with what *words* say."""
    for key, word in words.items():
        if key not in _READERS:
            message = f"the marker memprof has no {key!r}"
            raise UsageError(message, f"It has {', '.join(_READERS)}.")
        name, read = _READERS[key]
        values: dict[str, Any] = {name: read(word)}
        asked = replace(asked, **values)
    return asked


def _growth(word: object) -> Allowed | None:
    """Return the growth that *word* allows."""
    if word == ANY or word is None:
        return None
    match = _GROWTH.fullmatch(word) if isinstance(word, str) else None
    if match is None:
        message = f"growth={word!r} is no growth"
        raise UsageError(message, "Write it as '0 objects/call', '2.5 blocks/call' or 'any'.")
    return Allowed(float(match[1]), _WHAT[match[2]])


def _limit(word: object) -> int | None:
    """Return the bytes that *word* says."""
    if word is None:
        return None
    if not isinstance(word, str):
        message = f"limit={word!r} is no size"
        raise UsageError(message, "Write it as '24 MB' or '512 KiB'.")
    return read_bytes(word)


def _calls(word: object) -> int | None:
    """Return the number of calls that *word* says."""
    return None if word is None else _count("calls", word, least=1)


def _count(name: str, word: object, least: int) -> int:
    """Return the number that *word* says."""
    text = str(word)
    if isinstance(word, bool) or not (text.isascii() and text.isdecimal() and int(text) >= least):
        message = f"{name}={word!r} is not a number from {least} on"
        raise UsageError(message, f"Write it as {name}=10.")
    return int(text)


def _ignored(word: object) -> tuple[str, ...]:
    """Return the patterns that *word* says."""
    patterns = [word] if isinstance(word, str) else word
    if not isinstance(patterns, Sequence) or not all(isinstance(one, str) for one in patterns):
        message = f"ignore={word!r} is no list of patterns"
        raise UsageError(message, "Write it as ignore=['package.Type', '*/package/cache.py'].")
    return tuple(patterns)


_READERS = {
    "growth": ("growth", _growth),
    "limit": ("limit_bytes", _limit),
    "calls": ("calls", _calls),
    "ignore": ("ignored", _ignored),
}
