"""
Honest: a hundred sessions, of which the oldest ends whenever a new one begins.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Session:
    """What a visitor has."""

    def __init__(self, number: int) -> None:
        """Begin."""
        self.number = number
        self.basket = [f"{number}: item {item}" for item in range(8)]


SESSIONS: dict[int, Session] = {}

for n in range(COUNT):
    SESSIONS[n] = Session(n)
    if len(SESSIONS) > 100:
        del SESSIONS[n - 100]
    time.sleep(0.001)
