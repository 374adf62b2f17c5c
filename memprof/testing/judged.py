"""Judged: what is said of one test."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one test: a `verdict`, a `note`, and `failure` where it fails for it."""

    verdict: str = ""
    note: str = ""
    failure: str = ""
