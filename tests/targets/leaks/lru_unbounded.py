"""
A leak: an `lru_cache` without a bound, asked for something else each time.

verdict: UNBOUNDED CACHE
owner: render
"""

import sys
import time
from functools import lru_cache

COUNT = int((*sys.argv[1:], "1000")[0])


@lru_cache(maxsize=None)
def render(number: int) -> str:
    """Render a page."""
    return f"<p>{number}</p>" * 20  # leak


for n in range(COUNT):
    render(n)
    render(n // 2)
    time.sleep(0.001)
