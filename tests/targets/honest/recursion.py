"""
Honest: deep recursions that build trees, now deeper and now less deep.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "600")[0])


def build(depth: int) -> tuple[object, ...]:
    """Return a tree of tuples."""
    return (build(depth - 1), build(depth - 1), depth) if depth else ()


def descend(depth: int) -> int:
    """Go down and come back up."""
    rows = [depth] * 20
    return descend(depth - 1) + len(rows) if depth else 0


for n in range(COUNT):
    build(5 + n % 4)
    descend(100 + n % 300)
    time.sleep(0.001)
