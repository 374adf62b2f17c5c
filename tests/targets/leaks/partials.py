"""
A leak: functions to call later, with their arguments, of which only the newest are called.

verdict: LEAK
type: partial, functools.partial
owner: LATER
"""

import sys
import time
from functools import partial

COUNT = int((*sys.argv[1:], "1000")[0])
LATER: list["partial[int]"] = []


def handle(number: int) -> int:
    """Put off the rest."""
    text = f"{number} " * 60  # leak
    LATER.append(partial(len, text))  # leak
    return LATER[-1]()


for n in range(COUNT):
    handle(n)
    time.sleep(0.001)
