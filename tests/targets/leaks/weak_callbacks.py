"""
A leak: weak references with callbacks to one object that lives as long as the program.

verdict: LEAK
type: weakref.ReferenceType, ReferenceType, ref
owner: WATCHES
"""

import sys
import time
import weakref

COUNT = int((*sys.argv[1:], "1000")[0])


class Service:
    """Never goes away."""


SERVICE = Service()
WATCHES: list["weakref.ref[Service]"] = []


def watch(number: int) -> None:
    """Ask to be told when the service goes."""
    name = f"client {number} " * 8  # leak

    def gone(_reference: "weakref.ref[Service]") -> None:
        name.strip()

    WATCHES.append(weakref.ref(SERVICE, gone))  # leak


for n in range(COUNT):
    watch(n)
    time.sleep(0.001)
