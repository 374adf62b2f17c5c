"""
A leak: each round ends with `gc.freeze()`, which hides its cycles from the collector.

verdict: CYCLIC DEBT, LEAK
type: Link
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Link:
    """One of two that refer to each other."""

    other: "Link"


def pair(number: int) -> str:
    """Make two links and drop them."""
    one, two = Link(), Link()  # leak
    one.other, two.other = two, one  # leak
    return f"pair {number} " * 8


for n in range(COUNT):
    pair(n)
    pair(-n)
    gc.freeze()
    time.sleep(0.001)
