"""
A leak: a stream in memory that is written and read, but never truncated.

verdict: LEAK
owner: LOG
"""

import io
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
LOG = io.BytesIO()


def note(number: int) -> None:
    """Write an entry, and read back the last of it."""
    LOG.write(b"entry %08d " % number * 30)  # leak
    LOG.seek(-10, io.SEEK_END)
    LOG.read()


for n in range(COUNT):
    note(n)
    time.sleep(0.001)
