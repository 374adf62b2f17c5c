"""
Honest: the load rises through the first half of the run and falls through the second.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import math
import sys
import time
from collections import deque

COUNT = int((*sys.argv[1:], "1200")[0])
WAITING: deque[str] = deque()

for n in range(COUNT):
    wanted = 20 + round(400 * math.sin(math.pi * n / COUNT))
    WAITING.append(f"request {n} " * 20)
    while len(WAITING) < wanted:
        WAITING.append(f"request {n} " * 20)
    while len(WAITING) > wanted:
        WAITING.popleft()
    time.sleep(0.001)
