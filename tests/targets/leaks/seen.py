"""
A leak: a set of all tokens ever seen, so that none is accepted twice.

verdict: LEAK, UNBOUNDED CACHE
owner: SEEN
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
SEEN: set[str] = set()


def accept(number: int) -> int:
    """Tell how many of ten tokens are new."""
    fresh = 0
    for part in range(10):
        token = f"token-{number:08d}-{part}"  # leak
        if token not in SEEN:
            SEEN.add(token)
            fresh += 1
    return fresh


for n in range(COUNT):
    accept(n)
    time.sleep(0.001)
