"""
Honest: a dictionary that doubles and shrinks as keys come and go.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
PRESENT: dict[int, int] = {}

for n in range(COUNT):
    wanted = 100 + (n * 37 % 400)
    while len(PRESENT) < wanted:
        PRESENT[1_000 + n * 1_000 + len(PRESENT)] = n
    for key in list(PRESENT)[: len(PRESENT) - wanted]:
        del PRESENT[key]
    time.sleep(0.001)
