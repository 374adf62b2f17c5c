"""
A leak: a deque of the events of the last hour, which nobody cuts off.

verdict: LEAK
type: collections.deque
owner: EVENTS
"""

import sys
import time
from collections import deque

COUNT = int((*sys.argv[1:], "1000")[0])
KINDS = ("click", "view", "buy", "leave")
EVENTS: deque[str] = deque()


def record(number: int) -> str:
    """Note sixty events."""
    EVENTS.extend([KINDS[(number + part) % 4] for part in range(60)])  # leak
    return f"{number} of {len(EVENTS)}"


for n in range(COUNT):
    record(n)
    time.sleep(0.001)
