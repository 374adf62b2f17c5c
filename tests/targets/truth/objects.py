"""
1,234 instances of one class, 777 of another, and 500 bytearrays.

The collector tracks the instances but not the bytearrays; both classes gain a
reference with each instance.
"""

import memprof


class Counted:
    """An instance with an attribute."""

    def __init__(self) -> None:
        """Hold something."""
        self.held = self


class Empty:
    """An instance without attributes."""

    __slots__ = ()


memprof.checkpoint("none")
counted = [Counted() for _ in range(1_234)]
empty = [Empty() for _ in range(777)]
arrays = [bytearray(10) for _ in range(500)]
