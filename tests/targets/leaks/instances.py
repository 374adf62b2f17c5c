"""
A leak: a class keeps all its instances in a list, for the day somebody lists them.

verdict: LEAK
type: Widget
owner: Widget.instances
"""

import sys
import time
from typing import ClassVar

COUNT = int((*sys.argv[1:], "1000")[0])


class Widget:
    """Something on the screen."""

    instances: ClassVar[list["Widget"]] = []

    def __init__(self, number: int) -> None:
        """Join the others."""
        self.label = f"widget {number} " * 10  # leak
        self.instances.append(self)


def draw(number: int) -> int:
    """Draw two widgets and forget them."""
    pair = [Widget(number), Widget(-number)]  # leak
    return sum(len(widget.label) for widget in pair)


for n in range(COUNT):
    draw(n)
    time.sleep(0.001)
