"""
A leak: of every three jobs that come in one is done; the queue has no bound.

verdict: LEAK
type: Job
owner: BACKLOG
"""

import sys
import time
from collections import deque
from dataclasses import dataclass

COUNT = int((*sys.argv[1:], "1000")[0])


@dataclass
class Job:
    """Something to do."""

    number: int
    text: str


BACKLOG: deque[Job] = deque()

for n in range(COUNT):
    for part in range(3):
        job = Job(n, f"do {n}.{part} " + "." * 100)  # leak
        BACKLOG.append(job)
    BACKLOG.popleft()
    time.sleep(0.001)
