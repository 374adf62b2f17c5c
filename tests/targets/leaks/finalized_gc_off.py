"""
A leak: cycles of objects with a finalizer, with the collector switched off.

verdict: CYCLIC DEBT
type: Handle
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
CLOSED = [0]


class Handle:
    """Something that wants to be closed when it goes."""

    def __init__(self, number: int) -> None:
        """Open."""
        self.close = self.shut
        self.buffer = bytearray(300 + number % 5)  # leak

    def shut(self) -> None:
        """Close."""
        CLOSED[0] += 1

    def __del__(self) -> None:
        """Close at the end."""
        self.close()


gc.disable()
for n in range(COUNT):
    Handle(n)  # leak
    time.sleep(0.001)
