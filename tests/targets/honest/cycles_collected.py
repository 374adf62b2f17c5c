"""
Honest: parents and children that know each other; the collector comes by when it is time.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Node:
    """Knows its parent, which knows it."""

    def __init__(self, parent: "Node | None" = None) -> None:
        """Join *parent*."""
        self.parent = parent
        self.children: list[Node] = []
        self.text = b"." * (200 + (parent is None))


for _ in range(COUNT):
    root = Node()
    root.children += [Node(root) for _ in range(10)]
    time.sleep(0.001)
