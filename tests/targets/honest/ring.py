"""
Honest: a `deque` with a bound keeps the last two hundred measurements.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time
from collections import deque

COUNT = int((*sys.argv[1:], "1000")[0])
LAST: deque[dict[str, float]] = deque(maxlen=200)

for n in range(COUNT):
    for part in range(3):
        LAST.append({"number": n, "value": n * 0.5 + part})
    time.sleep(0.001)
