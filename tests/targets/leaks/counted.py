"""
A leak: every page ever asked for is counted, by its whole address.

verdict: LEAK, UNBOUNDED CACHE
owner: HITS
"""

import sys
import time
from collections import Counter

COUNT = int((*sys.argv[1:], "1000")[0])
HITS: Counter[str] = Counter()


def visit(number: int) -> None:
    """Count ten pages."""
    for part in range(10):
        HITS[f"/item/{number:08d}?part={part}"] += 1  # leak


for n in range(COUNT):
    visit(n)
    time.sleep(0.001)
