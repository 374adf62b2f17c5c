"""Works, and keeps nothing: from the second checkpoint to the last it holds what it held."""

import gc
import os
import threading
import time

import memprof


def work() -> None:
    """Allocate, start a thread, fork; keep nothing."""
    kept = [[number] for number in range(1000)]
    thread = threading.Thread(target=kept.clear)
    thread.start()
    thread.join()
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    # Snapshots that nobody asked for come in between.
    time.sleep(0.05)
    gc.collect()


for turn in range(12):
    work()
    memprof.checkpoint(str(turn))
