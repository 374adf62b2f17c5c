"""
A leak: each error has the one before it as its context, back to the first.

verdict: LEAK
type: LookupError, traceback, frame
owner: __context__
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def look_up(reason: str) -> None:
    """Find nothing."""
    raise LookupError(reason)  # leak


class Client:
    """Remembers its last error."""

    def __init__(self) -> None:
        """Begin without one."""
        self.last: LookupError | None = None

    def fail(self, number: int) -> None:
        """Fail once more, because of the last time."""
        reason = f"no answer to {number}, " * 10  # leak
        try:
            look_up(reason)  # leak
        except LookupError as error:
            error.__context__ = self.last
            self.last = error


CLIENT = Client()
for n in range(COUNT):
    CLIENT.fail(n)
    time.sleep(0.001)
