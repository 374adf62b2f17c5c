"""
A leak: `functools.cache` on a method keeps every instance that was ever asked.

verdict: UNBOUNDED CACHE, LEAK
type: Report
owner: total
"""

import sys
import time
from functools import cache

COUNT = int((*sys.argv[1:], "1000")[0])


class Report:
    """A page of figures."""

    def __init__(self, number: int) -> None:
        """Read the figures."""
        self.figures = [number + 1_000 * row for row in range(20)]  # leak

    @cache
    def total(self) -> int:
        """Add up, once."""
        return sum(self.figures)


def serve(number: int) -> int:
    """Make a report and ask it twice."""
    report = Report(number)  # leak
    return report.total() + report.total()  # leak


for n in range(COUNT):
    serve(n)
    time.sleep(0.001)
