"""
A leak: a list that an error path in C forgets to release, once in four calls.

verdict: LEAK
type: list
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "1200")[0])


def split(number: int) -> int:
    """Split a line; every fourth is malformed."""
    parts = f"{number};" * 20
    found = parts.split(";")  # leak
    if number % 4 == 0:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(found))
    return len(found)


for n in range(COUNT):
    split(n)
    time.sleep(0.001)
