"""
A leak: parents and children that know each other, with the collector switched off.

verdict: CYCLIC DEBT
type: Node
"""

import gc
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Node:
    """Knows its parent, which knows it."""

    def __init__(self, parent: "Node | None" = None) -> None:
        """Join *parent*."""
        self.parent = parent
        self.children: list[Node] = []  # leak


def tree() -> int:
    """Build a small tree and drop it."""
    root = Node()  # leak
    root.children += [Node(root) for _ in range(4)]  # leak
    return len(root.children)


gc.disable()
for _ in range(COUNT):
    tree()
    time.sleep(0.001)
