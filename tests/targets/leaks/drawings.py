"""
A leak: drawings refer to their parts and back, and stay in a list that is emptied at the exit.

verdict: LEAK
type: Drawing, Part
owner: OPEN
"""

import atexit
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Part:
    """Knows its drawing."""

    def __init__(self, drawing: "Drawing", number: int) -> None:
        """Join *drawing*."""
        self.drawing = drawing  # leak
        self.text = f"part {number} " * 9  # leak


class Drawing:
    """Knows its parts."""

    def __init__(self, number: int) -> None:
        """Make three parts."""
        self.parts = [Part(self, number + at) for at in range(3)]  # leak


OPEN: list[Drawing] = []
atexit.register(OPEN.clear)
for n in range(COUNT):
    OPEN.append(Drawing(n))  # leak
    time.sleep(0.001)
