"""
A leak: a C library is asked for memory that is never given back to it.

verdict: NATIVE GROWTH
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
SIZE = 20_000

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = (ctypes.c_size_t,)


def decode() -> int:
    """Decode a picture into memory of the library, and forget it."""
    place = libc.malloc(SIZE)
    ctypes.memset(place, 7, SIZE)
    return SIZE


for _ in range(COUNT):
    decode()
    time.sleep(0.001)
