"""Outcome: what comes of one limit, and the word and the status that all of them make."""

from collections.abc import Iterable
from dataclasses import dataclass

HOLDS, BROKEN, NO_FIGURE = "holds", "broken", "no figure"
PASSED, FAILED, NO_VERDICT = "PASSED", "FAILED", "NO VERDICT"
WORDS = {BROKEN: FAILED, NO_FIGURE: NO_VERDICT, HOLDS: PASSED}
"""What each outcome is called; one goes before those that follow it."""

EXIT_CODES = {FAILED: 1, NO_VERDICT: 3, PASSED: 0}


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer on several limits: the `outcome` of the one that decides."""

    outcome: str

    @property
    def word(self) -> str:
        """Return what the answer is called."""
        return WORDS[self.outcome]

    @property
    def exit_code(self) -> int:
        """Return the status by which a shell knows the word."""
        return EXIT_CODES[self.word]


def worst(outcomes: Iterable[str]) -> str:
    """
    Return the outcome that decides: what is broken, then what is not known.

    Where nothing was asked nothing is known.
    """
    return min(outcomes, key=order, default=NO_FIGURE)


def order(outcome: str) -> int:
    """Return what outcomes sort by, that which decides first."""
    return list(WORDS).index(outcome)
