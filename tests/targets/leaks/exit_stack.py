"""
A leak: what is to be closed is pushed on a stack that is closed with the program only.

verdict: LEAK
site: contextlib.py
type: Lease
owner: STACK
"""

import sys
import time
from contextlib import ExitStack

COUNT = int((*sys.argv[1:], "1000")[0])
STACK = ExitStack()


class Lease:
    """Something borrowed."""

    def __init__(self, number: int) -> None:
        """Borrow."""
        self.terms = f"lease {number} " * 10  # leak

    def end(self) -> None:
        """Give back."""


def request(number: int) -> None:
    """Borrow for one request, and return it when the program ends."""
    lease = Lease(number)  # leak
    STACK.callback(lease.end)  # leak


with STACK:
    for n in range(COUNT):
        request(n)
        time.sleep(0.001)
