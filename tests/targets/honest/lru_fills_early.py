"""
Honest: a bounded `lru_cache` that is full after a third of the run and then replaces.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time
from functools import lru_cache

COUNT = int((*sys.argv[1:], "1000")[0])


@lru_cache(maxsize=150)
def page(number: int) -> str:
    """Return a page."""
    return f"page {number} " * 100


for n in range(COUNT):
    page(n)
    page(n // 2)
    time.sleep(0.001)
