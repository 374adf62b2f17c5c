"""Suppression: a suspect the user knows of, by its fingerprint, and what came of saying so."""

from dataclasses import dataclass
from datetime import date

from memprof.analysis.suspect import Suspect


@dataclass(frozen=True, slots=True)
class Suppression:
    """
    A suspect not to be told of, and why.

    It applies up to and on the day it `expires`; for ever where that is None.
    """

    fingerprint: str
    reason: str
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user suppresses, and which day it is."""

    suppressions: tuple[Suppression, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """A suppression, and the suspects that were left out for it."""

    suppression: Suppression
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of each suppression: `used`, `expired` on an earlier day, or `unused`."""

    used: tuple[Used, ...] = ()
    expired: tuple[Suppression, ...] = ()
    unused: tuple[Suppression, ...] = ()


NONE = Applied()
NO_RULES = Rules()
