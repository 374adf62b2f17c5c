"""A leak: cycles that nobody collects, because the program switched the collector off."""

import gc

import memprof


class Node:
    """Knows its parent, which knows it."""

    def __init__(self, parent: "Node | None") -> None:
        """Join *parent*."""
        self.parent = parent
        self.children: list[Node] = []
        self.text = b"." * (1_000 + (parent is None))  # site: leak


gc.disable()
for tree in range(25):
    root = Node(None)
    root.children += [Node(root) for _ in range(10)]
    memprof.checkpoint(f"tree {tree}")
