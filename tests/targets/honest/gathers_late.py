"""
Honest: in the second part of its run a function gathers what is to be removed, and is done.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def serve(count: int) -> int:
    """Do some work that leaves nothing."""
    done = 0
    for number in range(count):
        done += len(f"request {number} " * 30)
        time.sleep(0.001)
    return done


def gather(count: int) -> int:
    """Return how many names there are."""
    names = []
    for number in range(count):
        names += [f"/var/cache/{number}/{part} " * 4 for part in range(3)]
        time.sleep(0.001)
    return len(names)


serve(COUNT // 2)
gather(COUNT // 2)
