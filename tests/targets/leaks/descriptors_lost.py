"""
A leak: descriptors as plain numbers, which nobody closes and nothing refers to.

verdict: DESCRIPTORS
"""

import os
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def peek(number: int) -> int:
    """Look at a device, once in three times, and forget to close it."""
    if number % 3:
        return 0
    return len(os.read(os.open(os.devnull, os.O_RDONLY), 10))


for n in range(COUNT):
    peek(n)
    time.sleep(0.001)
