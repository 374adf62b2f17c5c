"""
A leak: an extension takes a reference to one function at each call, and forgets it.

No memory grows.

verdict: LEAK
type: builtin_function_or_method
"""

import ctypes
import math
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def rounded(value: float) -> int:
    """Round down in C."""
    for _ in range(20):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(math.floor))  # leak
    return math.floor(value)


for n in range(COUNT):
    rounded(n + 0.5)
    time.sleep(0.001)
