"""
Honest: an index is built through four fifths of the run, then written out and dropped.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])
index: dict[int, str] = {}

for n in range(COUNT):
    if n < COUNT * 4 // 5:
        index[n] = f"entry {n} " * 30
    elif index:
        total = sum(map(len, index.values()))
        index.clear()
    time.sleep(0.001)
