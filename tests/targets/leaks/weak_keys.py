"""
A leak: a weak dictionary whose values refer to their keys, so that none ever goes.

verdict: LEAK
type: Job, Plan
owner: PLANS
"""

import sys
import time
from weakref import WeakKeyDictionary

COUNT = int((*sys.argv[1:], "1000")[0])


class Job:
    """Something to do."""


class Plan:
    """How to do it."""

    def __init__(self, job: Job) -> None:
        """Plan *job*."""
        self.job = job
        self.steps = [f"step {step}" for step in range(4)]  # leak


PLANS: WeakKeyDictionary[Job, Plan] = WeakKeyDictionary()

for _ in range(COUNT):
    job = Job()  # leak
    PLANS[job] = Plan(job)  # leak
    time.sleep(0.001)
