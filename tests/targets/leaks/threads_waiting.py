"""
A leak: threads are started to wait for an event that never comes.

verdict: THREADS, LEAK
type: Thread
"""

import sys
import threading
import time

COUNT = int((*sys.argv[1:], "1000")[0])
never = threading.Event()


def watch() -> None:
    """Wait, not for the end of the program."""
    never.wait()


threading.stack_size(256 * 1024)
for n in range(COUNT):
    if n % 8 == 0:
        threading.Thread(target=watch, daemon=True).start()
    time.sleep(0.001)
