"""
One limit: the word it goes by, the unit of its figure, and the most that figure may be.

Two grammars.  A limit is a word and an amount, `max-rss` and `300MiB`.  A
tolerance is `stat:5%` or `stat:ABS`: by how much a figure may pass another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from memprof.errors import UsageError
from memprof.quantity import (
    read_bytes,
    read_bytes_per_min,
    read_count,
    read_flag,
    read_seconds,
    read_share,
)

BYTES, BYTES_PER_MIN, COUNT, DURATION, SHARE, FORBIDDEN = (
    "bytes",
    "bytes per minute",
    "count",
    "duration",
    "share",
    "forbidden",
)
"""Units: a duration is in nanoseconds, a share from 0 to 1; `forbidden` is a count that is 0."""

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """
    The figure that goes by *name*, in *unit*, may be *most* and no more.

    `text` is how it was written, `source` who said so.
    """

    name: str
    unit: str
    most: float
    text: str = ""
    source: str = ""

    def allows(self, figure: float) -> bool:
        """Say whether *figure* is within the limit; what equals it is."""
        return figure <= self.most


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A figure called `stat` may pass a known one by a `share` of it, or by `absolute`."""

    stat: str
    share: float | None
    absolute: float | None
    text: str = ""

    def most(self, known: float) -> float:
        """Return the most that the figure may be where *known* is what it was."""
        return known * (1.0 + (self.share or 0.0)) + (self.absolute or 0.0)


def limit(name: str, text: str, units: Mapping[str, str], source: str = "") -> Limit | None:
    """
    Return the limit that *text* sets on *name*, one of *units* (name to unit).

    None where it sets none: a flag that says no.  Raises UsageError with a
    hint for a name that nothing goes by, or an amount its unit cannot have.
    """
    known(name, units)
    unit = units[name]
    try:
        most = amount(text, unit)
    except UsageError as error:
        message = f"{name}: {text!r} is not {WORDS[unit][0]}"
        raise UsageError(message, f"Write it as {WORDS[unit][1]}.") from error
    return None if most is None else Limit(name, unit, most, text, source)


def tolerance(text: str, units: Mapping[str, str]) -> Tolerance:
    """
    Return the tolerance that *text* says: `bytes:5%`, `bytes:64KiB`, `blocks:10`.

    *units* is stat to unit.  Raises UsageError with a hint where it says none.
    """
    stat, colon, rest = text.partition(":")
    stat, rest = stat.strip(), rest.strip()
    if not colon or not rest:
        message = f"{text!r} is not a figure and what it may grow by"
        raise UsageError(message, f"Write it as {_examples(units)}.")
    known(stat, units)
    try:
        if rest.endswith("%"):
            return Tolerance(stat, read_share(rest), None, text)
        return Tolerance(stat, None, amount(rest, units[stat]), text)
    except UsageError as error:
        message = f"{text!r}: {rest!r} is neither a share nor {WORDS[units[stat]][0]}"
        raise UsageError(message, f"Write it as {_examples({stat: units[stat]})}.") from error


def amount(text: str, unit: str) -> float | None:
    """Return what *text* says in *unit*, None for a flag that says no; raise UsageError."""
    return _READ[unit](text.strip())


def known(name: str, names: Iterable[str]) -> None:
    """Raise UsageError, its hint naming the nearest, where *name* is none of *names*."""
    words = list(names)
    if name not in words:
        message = f"there is no {name!r} to limit"
        raise UsageError(message, nearest(name, words))


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the hint for a *name* that is none of *names*: the one most like it, and all."""
    words = list(names)
    like = get_close_matches(name.lower().replace("_", "-"), words, n=1, cutoff=0.5)
    listed = f"Known: {', '.join(words)}."
    return f"Did you mean {like[0]}? {listed}" if like else listed


def _examples(units: Mapping[str, str]) -> str:
    """Return how tolerances of *units* are written."""
    stat, unit = next(iter(units.items()))
    return f"{stat}:5% or {stat}:{WORDS[unit][1]}"


def _duration(text: str) -> float:
    """Return the nanoseconds that *text* says."""
    return read_seconds(text) * _NS_PER_S


def _forbidden(text: str) -> float | None:
    """Return the most there may be of what is forbidden: none; None where it is not."""
    return 0.0 if read_flag(text) else None


_READ: dict[str, Callable[[str], float | None]] = {
    BYTES: read_bytes,
    BYTES_PER_MIN: read_bytes_per_min,
    COUNT: read_count,
    DURATION: _duration,
    SHARE: read_share,
    FORBIDDEN: _forbidden,
}

WORDS = {
    BYTES: ("a size", "300MiB"),
    BYTES_PER_MIN: ("a growth", "0.5MiB/min"),
    COUNT: ("a whole number from 0 up", "0"),
    DURATION: ("a duration", "50ms"),
    SHARE: ("a share", "5%"),
    FORBIDDEN: ("true or false", "true"),
}
"""Unit to what it is called, and how one is written."""
