"""
A leak: a queue of results that nobody reads.

verdict: LEAK
type: Result
owner: RESULTS
"""

import queue
import sys
import threading
import time
from dataclasses import dataclass, field

COUNT = int((*sys.argv[1:], "1000")[0])


@dataclass
class Result:
    """What came out."""

    number: int
    values: list[int] = field(default_factory=list)


RESULTS: "queue.Queue[Result]" = queue.Queue()


def work() -> None:
    """Produce results, in a thread."""
    for number in range(COUNT):
        values = list(range(number + 1_000, number + 1_012))  # leak
        RESULTS.put(Result(number, values))  # leak
        time.sleep(0.001)


worker = threading.Thread(target=work)
worker.start()
worker.join()
