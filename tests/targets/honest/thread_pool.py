"""
Honest: a pool of four threads does all the work there is.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

COUNT = int((*sys.argv[1:], "600")[0])


def work(number: int) -> int:
    """Make something large for a moment."""
    rows = [f"{number}.{row}" for row in range(200)]
    time.sleep(0.001)
    return len("".join(rows))


with ThreadPoolExecutor(4) as pool:
    for n in range(COUNT):
        if sum(pool.map(work, range(n, n + 4))) < 0:
            break
