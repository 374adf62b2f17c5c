"""
Honest: a `deque` with a bound keeps the latest samples, more than the run comes to.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time
from collections import deque

COUNT = int((*sys.argv[1:], "1000")[0])


class Sample:
    """One measurement."""

    def __init__(self, value: float) -> None:
        """Note when it was."""
        self.at, self.value = time.monotonic(), value


class Monitor:
    """Keeps the latest of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.latest: deque[Sample] = deque(maxlen=1_000_000)

    def take(self, value: float) -> None:
        """Take one more."""
        self.latest.append(Sample(value))


MONITOR = Monitor()

for n in range(COUNT):
    for part in range(20):
        MONITOR.take(n * 0.5 + part)
    time.sleep(0.001)
