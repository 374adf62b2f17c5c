"""
A leak: of two iterators over one stream one is read and the other forgotten.

verdict: LEAK
owner: LATER
"""

import sys
import time
from collections.abc import Iterator
from itertools import tee

COUNT = int((*sys.argv[1:], "1000")[0])


def rows() -> Iterator[dict[str, int]]:
    """Yield rows, ten at a time."""
    for number in range(COUNT):
        for part in range(10):
            yield {"number": number + 1_000, "part": part}  # leak
        time.sleep(0.001)


NOW, LATER = tee(rows())
TOTAL = sum(row["part"] for row in NOW)
