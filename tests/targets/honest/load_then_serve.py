"""
Honest: an index is loaded through the first third of the run, and then only read.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])
INDEX: dict[str, list[int]] = {}

for n in range(COUNT):
    if n < COUNT // 3:
        INDEX[f"key {n}"] = list(range(n, n + 60))
    else:
        found = [number * 2 for number in INDEX[f"key {n % (COUNT // 3)}"]]
        assert len(found) == 60
    time.sleep(0.001)
