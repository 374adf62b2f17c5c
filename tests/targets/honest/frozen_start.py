"""
Honest: tables of nodes that refer to each other are loaded once, frozen, and dropped at the end.

verdict: CLEAN, SATURATING, CHURN, INCONCLUSIVE
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Node:
    """One of a ring."""

    def __init__(self, number: int) -> None:
        """Be the last for now."""
        self.number = number
        self.next: Node = self


def ring(size: int) -> Node:
    """Return the first of a ring of *size*."""
    first = last = Node(0)
    for number in range(1, size):
        last.next = last = Node(number)
    last.next = first
    return first


def main(count: int) -> int:
    """Go around the ring."""
    node, seen = ring(3000), 0
    gc.freeze()
    gc.disable()
    later = ring(3000)
    for _ in range(count):
        node, later = node.next, later.next
        seen += len(f"{node.number} {later.number} " * 20)
        time.sleep(0.001)
    return seen


main(COUNT)
