"""
A leak: threads are started to wait for an event that never comes.

verdict: THREADS, LEAK
site: threading.py
type: Thread, threading.Event
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
        threading.Thread(target=watch, daemon=True).start()  # leak
    time.sleep(0.001)
