"""
Honest: entries of a cache expire a tenth of a second after they were made.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
LIFE_S = 0.1
ENTRIES: dict[int, tuple[float, str]] = {}


def get(key: int) -> str:
    """Return the entry of *key*; drop the expired ones, which are the first."""
    now = time.monotonic()
    for old in list(ENTRIES):
        if ENTRIES[old][0] > now:
            break
        del ENTRIES[old]
    if key not in ENTRIES:
        ENTRIES[key] = (now + LIFE_S, f"entry {key} " * 40)
    return ENTRIES[key][1]


for n in range(COUNT):
    get(n)
    time.sleep(0.001)
