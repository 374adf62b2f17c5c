"""
A leak: each job installs a signal handler that calls the one before it.

verdict: LEAK
type: function
"""

import signal
import sys
import time
from types import FrameType

COUNT = int((*sys.argv[1:], "1000")[0])


def guard(number: int) -> None:
    """Say what was going on when a signal comes."""
    before = signal.getsignal(signal.SIGUSR1)
    state = f"job {number} " * 20  # leak

    def handler(which: int, frame: FrameType | None) -> None:  # leak
        state.strip()
        if callable(before):
            before(which, frame)

    signal.signal(signal.SIGUSR1, handler)


for n in range(COUNT):
    guard(n)
    time.sleep(0.001)
