"""
A leak: hits are counted by user and minute, and no minute is ever over.

verdict: LEAK, UNBOUNDED CACHE
owner: HITS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
HITS: dict[tuple[str, int], int] = {}


def hit(user: str, minute: int) -> None:
    """Count one hit."""
    key = (user, minute)  # leak
    HITS[key] = HITS.get(key, 0) + 1  # leak


for n in range(COUNT):
    for number in range(6):
        hit(f"user-{number}", 1_000 + n)  # leak
    time.sleep(0.001)
