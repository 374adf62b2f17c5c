"""
A leak: an error kept in a local of the frame its traceback leads to; the collector is off.

verdict: CYCLIC DEBT
type: ValueError, frame, traceback
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def parse(number: int) -> str:
    """Fail, and return what went wrong."""
    text = f"{number}?" * 30  # leak
    problem = None
    try:
        int(text)  # leak
    except ValueError as error:
        problem = error
    return str(problem)[:20]


gc.disable()
for n in range(COUNT):
    parse(n)
    parse(-n)
    time.sleep(0.001)
