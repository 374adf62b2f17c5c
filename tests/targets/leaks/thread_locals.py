"""
A leak: each of four long-lived threads gathers its own list in a `threading.local`.

verdict: LEAK
type: Entry
"""

import sys
import threading
import time

COUNT = int((*sys.argv[1:], "1000")[0])
LOCAL = threading.local()


class Entry:
    """One line of a thread's own journal."""

    def __init__(self, number: int) -> None:
        """Write the line."""
        self.text = f"entry {number} " * 12  # leak


def work() -> None:
    """Write a journal."""
    LOCAL.journal = []
    for number in range(COUNT):
        LOCAL.journal.append(Entry(number))  # leak
        time.sleep(0.001)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
