"""
Honest: a pool makes connections when it has none idle, and has enough after a while.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import random
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
chance = random.Random(3)


class Conn:
    """A connection with a buffer."""

    def __init__(self) -> None:
        """Connect."""
        self.buffer = bytearray(4_000)


class Pool:
    """Lends connections, the idle ones first."""

    def __init__(self) -> None:
        """Begin empty."""
        self.idle: list[Conn] = []

    def take(self) -> Conn:
        """Return a connection."""
        return self.idle.pop() if self.idle else Conn()


POOL = Pool()
for _ in range(COUNT):
    taken = [POOL.take() for _ in range(chance.randrange(1, 30))]
    for conn in taken:
        conn.buffer[0] = 1
    POOL.idle.extend(taken)
    time.sleep(0.001)
