"""
Honest: the collector is off, and the program collects once in fifty requests.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Request:
    """Knows its answer, which knows it."""

    def __init__(self, number: int) -> None:
        """Answer."""
        self.answer = {"request": self, "text": f"answer {number} " * 20}


gc.disable()
for n in range(COUNT):
    Request(n)
    if n % 50 == 49:
        gc.collect()
    time.sleep(0.001)
gc.collect()
