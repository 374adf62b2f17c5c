"""
Honest: a large table is loaded first and stays; rows are replaced one by one, all of them.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
ROWS = 300
TABLE = {row: f"row {row} as loaded " * 10 for row in range(ROWS)}

for n in range(COUNT):
    TABLE[n % ROWS] = f"row {n} as changed " * 10
    time.sleep(0.001)
