"""
Honest: one object is referred to from everywhere, and once from where nobody shows it.

verdict: CLEAN, SATURATING, INCONCLUSIVE
"""

import ctypes
import sys
import time

COUNT = int((*sys.argv[1:], "500")[0])


class Settings:
    """What everybody looks at."""


SHARED = Settings()
WINDOW: list[Settings | None] = [None] * 50_000
HIDDEN = (ctypes.c_void_p * 50_000)()

for n in range(COUNT):
    at = n * 100 % 50_000
    for place in range(at, at + 100):
        if not HIDDEN[place]:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(SHARED))
            HIDDEN[place] = id(SHARED)
        WINDOW[place] = SHARED
    time.sleep(0.001)
