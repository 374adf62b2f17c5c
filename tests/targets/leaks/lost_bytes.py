"""
A leak: bytes whose last reference was lost in C; the collector does not know of them.

verdict: LEAK
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def copy(number: int) -> int:
    """Make a copy, of which C keeps a reference nobody will release."""
    copied = b"%08d" % number * 60  # leak
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(copied))
    return copied[0]


for n in range(COUNT):
    copy(n)
    time.sleep(0.001)
