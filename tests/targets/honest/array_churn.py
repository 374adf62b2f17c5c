"""
Honest: arrays of a few hundred kilobytes are computed for each request and dropped.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
needs: numpy
"""

import sys
import time

import numpy as np

COUNT = int((*sys.argv[1:], "500")[0])

for n in range(COUNT):
    table = np.arange(50_000, dtype=float).reshape(500, 100) + n
    means = (table * table).mean(axis=0)
    assert means.shape == (100,)
    time.sleep(0.001)
