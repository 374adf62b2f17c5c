"""
A leak: generators that were read a little way and are kept for the rest.

verdict: LEAK
type: generator
owner: READERS
"""

import sys
import time
from collections.abc import Generator

COUNT = int((*sys.argv[1:], "1000")[0])
READERS: list[Generator[str, None, None]] = []


def read(number: int) -> Generator[str, None, None]:
    """Yield the lines of a document."""
    lines = [f"{number}: line {line}" for line in range(10)]  # leak
    yield from lines


for n in range(COUNT):
    reader = read(n)  # leak
    next(reader)
    READERS.append(reader)
    time.sleep(0.001)
