"""
A leak: many small pieces of C's memory, a few dozen bytes each.

verdict: NATIVE GROWTH
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])

libc = ctypes.CDLL(None)
libc.strdup.restype = ctypes.c_void_p
libc.strdup.argtypes = (ctypes.c_char_p,)


def copy_all(number: int) -> None:
    """Copy a hundred names for a library that does not free them."""
    for part in range(100):
        libc.strdup(b"name %d of request number %d" % (part, number))


for n in range(COUNT):
    copy_all(n)
    time.sleep(0.001)
