"""Judged: what is said of one test."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """
    What is said of one test: a `verdict`, a `note`, and `failure` where it fails for it.

    Then `per_call` and `bytes_per_call` are how much of `figure`, and how many bytes, stay of
    each call as counted in rounds, `blocks_per_call` what every look before them found left:
    None where that was not counted.
    """

    verdict: str = ""
    note: str = ""
    failure: str = ""
    figure: str = ""
    per_call: float | None = None
    bytes_per_call: float | None = None
    blocks_per_call: float | None = None
