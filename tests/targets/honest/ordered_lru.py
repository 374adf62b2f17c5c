"""
Honest: a cache of one's own by `OrderedDict`, which lets the oldest go.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time
from collections import OrderedDict

COUNT = int((*sys.argv[1:], "1000")[0])


class Cache:
    """At most *bound* texts."""

    def __init__(self, bound: int) -> None:
        """Begin empty."""
        self.bound = bound
        self.texts: OrderedDict[int, str] = OrderedDict()

    def get(self, key: int) -> str:
        """Return the text of *key*, from memory if it is there."""
        if key in self.texts:
            self.texts.move_to_end(key)
        else:
            self.texts[key] = f"text {key} " * 50
            if len(self.texts) > self.bound:
                self.texts.popitem(last=False)
        return self.texts[key]


CACHE = Cache(120)
for n in range(COUNT):
    CACHE.get(n)
    CACHE.get(n * 2 // 3)
    time.sleep(0.001)
