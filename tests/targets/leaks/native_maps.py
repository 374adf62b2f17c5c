"""
A leak: memory maps that belong to no file, written once and never closed.

verdict: NATIVE GROWTH, LEAK
type: mmap
owner: MAPS
"""

import mmap
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
MAPS: list[mmap.mmap] = []


def scratch(number: int) -> None:
    """Take scratch memory for one step and keep it."""
    area = mmap.mmap(-1, 65_536)  # leak
    area[:] = bytes([number % 256]) * 65_536
    MAPS.append(area)


for n in range(COUNT):
    scratch(n)
    time.sleep(0.001)
