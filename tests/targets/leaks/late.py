"""
A leak: nothing grows in the first half of the run, then a debug switch is turned on.

verdict: LEAK
type: Trace
owner: TRACES
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])


class Trace:
    """What a request did."""

    def __init__(self, number: int) -> None:
        """Write it down."""
        self.steps = [f"{number}: step {step}" for step in range(12)]  # leak


TRACES: list[Trace] = []


def serve(number: int, *, debug: bool) -> int:
    """Answer; trace it if asked to."""
    trace = Trace(number)  # leak
    if debug:
        TRACES.append(trace)
    return len(trace.steps)


for n in range(COUNT):
    serve(n, debug=n >= COUNT // 2)
    time.sleep(0.001)
