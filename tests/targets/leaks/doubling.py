"""
A leak: a store of bytes that makes itself a quarter larger whenever it is full.

It is never emptied, so it grows in ever larger and rarer steps.

verdict: LEAK
owner: STORE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Store:
    """Bytes in a row, with room to spare."""

    def __init__(self) -> None:
        """Begin small."""
        self.room = bytearray(1_024)
        self.used = 0

    def put(self, data: bytes) -> None:
        """Add *data*; make room."""
        while self.used + len(data) > len(self.room):
            larger = bytearray(len(self.room) * 5 // 4)  # leak
            larger[: self.used] = self.room[: self.used]
            self.room = larger
        self.room[self.used : self.used + len(data)] = data
        self.used += len(data)


STORE = Store()
for n in range(COUNT):
    STORE.put(b"%04d" % n * 100)
    time.sleep(0.001)
