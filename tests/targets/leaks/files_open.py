"""
A leak: files are opened for each request and kept open.

verdict: DESCRIPTORS, LEAK
type: TextIOWrapper
owner: OPENED
"""

import os
import sys
import time
from typing import TextIO

COUNT = int((*sys.argv[1:], "1000")[0])
OPENED: list[TextIO] = []


def log(number: int) -> None:
    """Log to a file of its own, once in five times."""
    if number % 5 == 0:
        file = open(os.devnull, "w", encoding="utf-8")  # leak
        file.write(f"request {number}\n")
        OPENED.append(file)


for n in range(COUNT):
    log(n)
    time.sleep(0.001)
