"""
A leak: a tracer keeps the frame of each call, and so all its locals.

verdict: LEAK
type: frame
owner: CALLS
"""

import sys
import time
from types import FrameType

COUNT = int((*sys.argv[1:], "1000")[0])
CALLS: list[FrameType] = []


def traced(number: int) -> int:
    """Work, and leave the frame with the tracer."""
    table = [number + 1_000 * row for row in range(30)]  # leak
    CALLS.append(sys._getframe())  # leak
    return sum(table)


for n in range(COUNT):
    traced(n)
    time.sleep(0.001)
