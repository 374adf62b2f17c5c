"""
Honest: four phases, each of which gathers what it needs and frees it when it is over.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])


def read(rounds: int) -> int:
    """Gather texts."""
    texts = []
    for number in range(rounds):
        texts.append(f"text {number} " * 30)
        time.sleep(0.001)
    return len(texts)


def index(rounds: int) -> int:
    """Gather numbers."""
    places: dict[int, list[int]] = {}
    for number in range(rounds):
        places.setdefault(number % 50, []).extend(range(number, number + 20))
        time.sleep(0.001)
    return len(places)


for phase in range(4):
    (read if phase % 2 == 0 else index)(COUNT // 4)
