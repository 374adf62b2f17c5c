"""
Honest: each hundredth request needs much more than the others, and gives it back.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def serve(number: int) -> int:
    """Build a page; now and then a large one, larger each time."""
    rows = 40_000 + 20 * number if number % 100 == 50 else 100
    page = [f"{number}:{row}" for row in range(rows)]
    time.sleep(0.001)
    return len(page)


for n in range(COUNT):
    serve(n)
