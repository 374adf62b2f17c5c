"""
Honest: three batches in the whole run, each of which grows to a fifth of a megabyte.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])
SIZE = COUNT // 3

batch: list[str] = []
for n in range(COUNT):
    batch.append(f"row {n} " * 60)
    if len(batch) >= SIZE:
        batch = []
    time.sleep(0.001)
