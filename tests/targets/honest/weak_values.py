"""
Honest: objects are found by name as long as somebody uses them, and go with their users.

verdict: CLEAN, CHURN, SATURATING, INCONCLUSIVE
"""

import sys
import time
from collections import deque
from weakref import WeakValueDictionary

COUNT = int((*sys.argv[1:], "1000")[0])


class Image:
    """A picture."""

    def __init__(self, name: str) -> None:
        """Load it."""
        self.pixels = name.encode() * 100


IMAGES: WeakValueDictionary[str, Image] = WeakValueDictionary()
shown: deque[Image] = deque(maxlen=80)

for n in range(COUNT):
    image = Image(f"image {n}")
    IMAGES[f"image {n}"] = image
    shown.append(image)
    time.sleep(0.001)
