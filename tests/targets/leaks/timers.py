"""
A leak: timers that were cancelled stay in the heap, which a local variable of `main` holds.

verdict: LEAK
type: Timer
owner: main() local wheel.heap
"""

import heapq
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Timer:
    """When it is due, and what for."""

    def __init__(self, due: int) -> None:
        """Be due at some time."""
        self.due = due  # leak
        self.label = f"timer {due} " * 6  # leak
        self.cancelled = False

    def __lt__(self, other: "Timer") -> bool:
        """Order by when they are due."""
        return self.due < other.due


class Wheel:
    """Timers, the next first."""

    def __init__(self) -> None:
        """Begin with none."""
        self.heap: list[Timer] = []

    def start(self, due: int) -> Timer:
        """Start a timer."""
        timer = Timer(due)  # leak
        heapq.heappush(self.heap, timer)
        return timer


def main(count: int) -> int:
    """Start timers and cancel them."""
    wheel = Wheel()
    for number in range(count):
        wheel.start(count - number).cancelled = True
        wheel.start(count + number).cancelled = True
        time.sleep(0.001)
    return sum(timer.cancelled for timer in wheel.heap)


main(COUNT)
