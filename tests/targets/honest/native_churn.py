"""
Honest: memory of C's and maps are taken for each request and given back.

verdict: CLEAN, CHURN, FRAGMENTATION, INCONCLUSIVE
"""

import ctypes
import mmap
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = (ctypes.c_size_t,)
libc.free.argtypes = (ctypes.c_void_p,)

for n in range(COUNT):
    size = 1_000 + n * 7_919 % 200_000
    place = libc.malloc(size)
    ctypes.memset(place, 1, size)
    libc.free(place)
    with mmap.mmap(-1, 65_536) as area:
        area[:9] = b"something"
    time.sleep(0.001)
