"""
A leak: few and expensive rounds, each of which leaves two hundred rows behind.

verdict: LEAK
owner: ARCHIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "40")[0])
ARCHIVE: list[list[str]] = []


def round_of(number: int) -> int:
    """Work for a while, then archive the outcome."""
    time.sleep(0.03)
    rows = [f"round {number} row {row} " * 4 for row in range(200)]  # leak
    ARCHIVE.append(rows)
    return len(rows)


for n in range(COUNT):
    round_of(n)
