"""
A leak: a worker thread keeps what it has done in a local list, for as long as it lives.

verdict: LEAK
type: Done
owner: done
"""

import queue
import sys
import threading
import time

COUNT = int((*sys.argv[1:], "1000")[0])


class Done:
    """A finished piece of work."""

    def __init__(self, number: int) -> None:
        """Keep the answer."""
        self.answer = f"the answer to {number} " * 10  # leak


def work(jobs: "queue.Queue[int | None]") -> None:
    """Do jobs until there is None."""
    done: list[Done] = []
    while (number := jobs.get()) is not None:
        done.append(Done(number))  # leak


def main() -> None:
    """Feed the worker."""
    jobs: queue.Queue[int | None] = queue.Queue()
    worker = threading.Thread(target=work, args=(jobs,))
    worker.start()
    for number in range(COUNT):
        jobs.put(number)
        time.sleep(0.001)
    jobs.put(None)
    worker.join()


main()
