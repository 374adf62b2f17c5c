"""
A leak: each request registers how to clean up after it when the program ends.

verdict: LEAK
type: Folder, function, method
"""

import atexit
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Folder:
    """A place that is to be removed in the end."""

    def __init__(self, number: int) -> None:
        """Think of a name."""
        self.name = f"/nowhere/folder-{number}" * 10  # leak
        atexit.register(self.remove)  # leak

    def remove(self) -> int:
        """Remove it."""
        return len(self.name)


def request(number: int) -> int:
    """Work in a folder."""
    return Folder(number).remove()  # leak


for n in range(COUNT):
    request(n)
    time.sleep(0.001)
