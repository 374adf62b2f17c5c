"""
A leak: the collector is on, but its threshold is so high that it never runs.

verdict: CYCLIC DEBT
type: Task
"""

import gc
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = int((*sys.argv[1:], "1000")[0])


class Task:
    """Knows the callback that knows it."""

    def __init__(self, number: int) -> None:
        """Prepare to run."""
        self.data = b"%06d" % number * 40  # leak
        self.run: Callable[[], int] = lambda: len(self.data)  # leak


gc.set_threshold(10_000_000)
for n in range(COUNT):
    Task(n).run()  # leak
    Task(-n).run()  # leak
    time.sleep(0.001)
