"""
A leak: each version of a document knows the one before it, so none is forgotten.

verdict: LEAK
type: Version
owner: previous
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Version:
    """A document as it was."""

    def __init__(self, text: str, previous: "Version | None") -> None:
        """Follow *previous*."""
        self.text = text
        self.previous = previous


HEAD = Version("", None)
for n in range(COUNT):
    text = f"as of change {n} " * 8  # leak
    HEAD = Version(text, HEAD)  # leak
    time.sleep(0.001)
