"""
Honest: a large table is read in the beginning, summed up and dropped.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def learn() -> dict[int, int]:
    """Read many rows; keep a few sums."""
    rows = [(number, f"row {number} " * 4) for number in range(60_000)]
    return {number: len(text) for number, text in rows[::600]}


SUMS = learn()
for n in range(COUNT):
    text = "".join(f"{n}: {SUMS.get(part * 600)} " for part in range(100))
    assert text
    time.sleep(0.001)
