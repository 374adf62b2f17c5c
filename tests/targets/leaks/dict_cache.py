"""
A leak: a dictionary serves as a cache, by the whole text of the question.

verdict: UNBOUNDED CACHE, LEAK
owner: _answers
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Client:
    """Asks, and remembers the answers."""

    _answers: dict[str, list[str]]

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._answers = {}

    def ask(self, question: str) -> list[str]:
        """Return the answer, from memory if it is there."""
        if question not in self._answers:
            self._answers[question] = [question.upper() + str(part) for part in range(4)]  # leak
        return self._answers[question]


CLIENT = Client()
for n in range(COUNT):
    CLIENT.ask(f"what is {n} times ninety-nine?")  # leak
    CLIENT.ask(f"what is {n // 2} times ninety-nine?")  # leak
    time.sleep(0.001)
