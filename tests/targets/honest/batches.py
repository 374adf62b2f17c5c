"""
Honest: rows are gathered and flushed sixty at a time, which looks like a saw.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import os
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
BATCH: list[str] = []


def flush() -> None:
    """Write the batch away."""
    with open(os.devnull, "w", encoding="utf-8") as file:
        file.writelines(BATCH)
    BATCH.clear()


for n in range(COUNT):
    BATCH.append(f"row {n} " * 80)
    if len(BATCH) == 60:
        flush()
    time.sleep(0.001)
