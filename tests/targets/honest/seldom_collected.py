"""
Honest: the collector comes once in 20,000 objects, and takes what cycles there are.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1500")[0])


class Job:
    """Knows the step that knows it."""

    def __init__(self, number: int) -> None:
        """Make the step."""
        self.number = number
        self.step = Step(self)


class Step:
    """Knows its job."""

    def __init__(self, job: Job) -> None:
        """Join it."""
        self.job = job


def main(count: int) -> int:
    """Make jobs and forget them."""
    done = 0
    for number in range(count):
        jobs = [Job(number + part) for part in range(20)]
        done += sum(one.step.job is one for one in jobs)
        time.sleep(0.001)
    return done


gc.freeze()
gc.set_threshold(20_000, 10, 10)
main(COUNT)
