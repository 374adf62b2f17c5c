"""
Honest: a sorted queue with a bound; who produces too fast must wait.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import queue
import sys
import threading
import time

COUNT = int((*sys.argv[1:], "1000")[0])
JOBS: "queue.PriorityQueue[tuple[int, str]]" = queue.PriorityQueue(maxsize=100)


def produce() -> None:
    """Put jobs as fast as the queue takes them."""
    for number in range(COUNT):
        JOBS.put((number % 10, f"job {number} " * 20))


producer = threading.Thread(target=produce)
producer.start()
for _ in range(COUNT):
    JOBS.get()
    time.sleep(0.001)
producer.join()
