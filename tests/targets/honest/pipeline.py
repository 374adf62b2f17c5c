"""
Honest: generators pass rows on one at a time, and nothing stays.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time
from collections.abc import Iterator

COUNT = int((*sys.argv[1:], "1000")[0])


def rows(count: int) -> Iterator[str]:
    """Yield lines."""
    for number in range(count):
        time.sleep(0.001)
        yield ",".join(str(number * column) for column in range(50))


def parsed(lines: Iterator[str]) -> Iterator[list[int]]:
    """Yield numbers."""
    for line in lines:
        yield [int(cell) for cell in line.split(",")]


assert sum(sum(row) for row in parsed(rows(COUNT))) >= 0
