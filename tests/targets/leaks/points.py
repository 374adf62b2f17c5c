"""
A leak: tuples of numbers, which the collector stops tracking when it has seen them.

verdict: LEAK
owner: POINTS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
POINTS: list[tuple[int, int]] = []

for n in range(COUNT):
    for part in range(8):
        POINTS.append((1_000 + n * 8 + part, -1_000 - n))  # leak
    time.sleep(0.001)
