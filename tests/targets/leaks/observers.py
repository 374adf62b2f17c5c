"""
A leak: views observe a model and are never taken off its list.

verdict: LEAK
type: View
owner: observers
"""

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = int((*sys.argv[1:], "1000")[0])


class Model:
    """Something to be looked at."""

    def __init__(self) -> None:
        """Begin unobserved."""
        self.observers: list[Callable[[int], None]] = []


class View:
    """Looks at a model."""

    def __init__(self, model: Model, number: int) -> None:
        """Observe *model*."""
        self.pixels = bytearray(300 + number % 3)  # leak
        model.observers.append(self.update)  # leak

    def update(self, value: int) -> None:
        """Draw *value*."""
        self.pixels[0] = value % 256


MODEL = Model()
for n in range(COUNT):
    View(MODEL, n)  # leak
    if n % 100 == 0:
        for observer in MODEL.observers[-10:]:
            observer(n)
    time.sleep(0.001)
