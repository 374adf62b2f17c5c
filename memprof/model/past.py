"""Facts about an earlier run: where it belongs, and its figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What runs must have in common to be compared: the rest is how they were measured."""

    branch: str
    python: str
    platform: str
    target: str
    engine: str
    depth: int


@dataclass(frozen=True, slots=True)
class Past:
    """
    One run that was added; `figures` is limit to what was measured.

    `started_unix_s` and `pid` tell it from every other; `commit` is empty where
    nobody knew it.
    """

    kind: Kind
    started_unix_s: float
    pid: int
    commit: str
    figures: dict[str, float]
