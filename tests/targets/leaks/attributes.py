"""
A leak: an attribute for each name ever asked for; the names are interned.

verdict: LEAK, UNBOUNDED CACHE
owner: OPTIONS
"""

import sys
import time
from types import SimpleNamespace

COUNT = int((*sys.argv[1:], "1000")[0])
OPTIONS = SimpleNamespace()


def option(name: str) -> int:
    """Return an option; ask nobody twice."""
    if not hasattr(OPTIONS, name):
        setattr(OPTIONS, name, len(name) + 1_000)  # leak
    return int(getattr(OPTIONS, name))


for n in range(COUNT):
    for part in range(5):
        option(sys.intern(f"option_{n}_{part}"))  # leak
    time.sleep(0.001)
