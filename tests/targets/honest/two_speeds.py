"""
Honest: a bounded history; the program is slow in the first half of the run and fast in the second.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time
from collections import deque

COUNT = int((*sys.argv[1:], "1600")[0])
HISTORY: deque[str] = deque(maxlen=60)

for n in range(COUNT):
    work = [f"{n}.{part}" for part in range(20 if n < COUNT // 4 else 60)]
    HISTORY.append(", ".join(work))
    time.sleep(0.0015 if n < COUNT // 4 else 0.0005)
