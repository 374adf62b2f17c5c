"""
A leak: slow, beside a bounded cache that fills in the first half of the run.

The cache is larger than the leak, and harmless.

verdict: LEAK
owner: DENIED
"""

import sys
import time
from functools import lru_cache

COUNT = int((*sys.argv[1:], "1200")[0])
DENIED: list[str] = []


@lru_cache(maxsize=500)
def page(number: int) -> str:
    """Return a page, which is expensive."""
    return f"page {number} " * 300


def serve(number: int) -> int:
    """Serve a page; note down who was denied."""
    DENIED.append(f"denied: visitor {number} from somewhere in the world")  # leak
    return len(page(number))


for n in range(COUNT):
    serve(n)
    time.sleep(0.001)
