"""
A leak: connections are put back into the pool of a region but never taken from it.

verdict: LEAK
type: Conn
owner: POOL.idle
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Conn:
    """A connection that nobody asks for again."""

    def __init__(self, region: str) -> None:
        """Connect."""
        self.region = region
        self.received = bytearray(400)  # leak


class Pool:
    """The idle connections by region."""

    def __init__(self) -> None:
        """Begin empty."""
        self.idle: dict[str, list[Conn]] = {"eu": [], "us": []}

    def release(self, conn: Conn) -> None:
        """Put a connection back."""
        self.idle[conn.region].append(conn)


POOL = Pool()


def request() -> None:
    """Connect anew for each request, and release."""
    POOL.release(Conn("eu"))  # leak


for _ in range(COUNT):
    request()
    time.sleep(0.001)
