"""
A leak: a few lists in a defaultdict, one a metric, and each gets longer.

verdict: LEAK
owner: METRICS
"""

import sys
import time
from collections import defaultdict

COUNT = int((*sys.argv[1:], "1000")[0])
NAMES = ("latency", "size", "errors", "depth")
METRICS: defaultdict[str, list[float]] = defaultdict(list)


def measure(number: int) -> None:
    """Record each metric five times."""
    for name in NAMES:
        for part in range(5):
            METRICS[name].append(number * 0.37 + part)  # leak


for n in range(COUNT):
    measure(n)
    time.sleep(0.001)
