"""
Honest: two threads for each request, and both are joined.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import threading
import time

COUNT = int((*sys.argv[1:], "600")[0])


def work(found: list[int]) -> None:
    """Add up."""
    found.append(sum(range(500)))


for _ in range(COUNT):
    answers: list[int] = []
    threads = [threading.Thread(target=work, args=(answers,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.001)
