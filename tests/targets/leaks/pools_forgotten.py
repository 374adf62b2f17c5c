"""
A leak: an executor for each batch that is never shut down, so its threads stay.

verdict: THREADS, LEAK
site: threading.py, concurrent/futures/thread.py
type: Thread, ThreadPoolExecutor
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

COUNT = int((*sys.argv[1:], "1000")[0])
POOLS: list[ThreadPoolExecutor] = []


def batch(number: int) -> int:
    """Add up in threads."""
    pool = ThreadPoolExecutor(2)  # leak
    POOLS.append(pool)
    return sum(pool.map(abs, range(number, number + 4)))


threading.stack_size(256 * 1024)
for n in range(COUNT):
    if n % 10 == 0:
        batch(n)
    time.sleep(0.001)
