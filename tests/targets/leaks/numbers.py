"""
A leak: an array of doubles, one object, to which each request adds a few.

verdict: LEAK
owner: SERIES
"""

import sys
import time
from array import array

COUNT = int((*sys.argv[1:], "1000")[0])
SERIES = array("d")


def measure(number: int) -> float:
    """Record fifty values and return their mean."""
    fresh = [number / (part + 1) for part in range(50)]
    SERIES.extend(fresh)  # leak
    return sum(fresh) / len(fresh)


for n in range(COUNT):
    measure(n)
    time.sleep(0.001)
