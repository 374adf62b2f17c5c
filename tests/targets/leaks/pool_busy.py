"""
A leak: one in ten connections of a pool is never given back and stays among the busy ones.

verdict: LEAK
type: Conn
owner: POOL.busy
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])


class Conn:
    """A connection with a buffer."""

    def __init__(self) -> None:
        """Connect."""
        self.buffer = bytearray(1_500)  # leak


class Pool:
    """Lends connections, the idle ones first."""

    def __init__(self) -> None:
        """Begin empty."""
        self.idle: list[Conn] = []
        self.busy: dict[int, Conn] = {}

    def take(self) -> Conn:
        """Return a connection."""
        conn = self.idle.pop() if self.idle else Conn()  # leak
        self.busy[id(conn)] = conn
        return conn

    def give_back(self, conn: Conn) -> None:
        """Let others have it."""
        del self.busy[id(conn)]
        self.idle.append(conn)


POOL = Pool()
for n in range(COUNT):
    taken = POOL.take()
    taken.buffer[0] = n % 256
    if n % 10:
        POOL.give_back(taken)
    time.sleep(0.001)
