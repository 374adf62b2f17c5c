"""
A leak: one call in forty loses an object.

verdict: LEAK
type: Failure
owner: FAILURES
"""

import sys
import time

COUNT = int((*sys.argv[1:], "6000")[0])


class Failure:
    """What went wrong, with the request it went wrong for."""

    def __init__(self, request: bytes) -> None:
        """Keep it for later."""
        self.request = request


FAILURES: list[Failure] = []


def call(number: int) -> int:
    """Do something that fails now and then."""
    request = b"request %06d " % number * 60  # leak
    if number % 40 == 3:
        FAILURES.append(Failure(request))  # leak
    return len(request)


for n in range(COUNT):
    call(n)
    if n % 5 == 0:
        time.sleep(0.001)
