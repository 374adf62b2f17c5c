"""
A leak: one large upload in twenty-five is kept, and there are not many.

verdict: LEAK
owner: UPLOADS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
UPLOADS: list[bytes] = []


def upload(number: int) -> int:
    """Receive half a megabyte; keep those whose check failed."""
    received = bytes([number % 256]) * 500_000  # leak
    if number % 25 == 7:
        UPLOADS.append(received)
    return received[-1]


for n in range(COUNT):
    upload(n)
    time.sleep(0.001)
