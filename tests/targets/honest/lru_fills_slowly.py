"""
Honest: a bounded `lru_cache` that is not full before the run ends.

verdict: SATURATING, INCONCLUSIVE, CLEAN, CHURN
"""

import sys
import time
from functools import lru_cache

COUNT = int((*sys.argv[1:], "1000")[0])


@lru_cache(maxsize=4_096)
def price(item: int) -> dict[str, int]:
    """Return the price of an item."""
    return {"item": item, "price": item * 7 + 1_000, "tax": item * 3 + 1_000}


for n in range(COUNT):
    price(n)
    price(n // 3)
    time.sleep(0.001)
