"""Honest: a bounded cache that is full after a tenth of the run and then replaces."""

from functools import lru_cache

import memprof


@lru_cache(maxsize=60)
def page(number: int) -> bytes:
    """Return a page."""
    return b"." * (2_000 + number % 7)


for request in range(30):
    for number in range(20):
        page(request * 20 + number)
    memprof.checkpoint(f"request {request}")
