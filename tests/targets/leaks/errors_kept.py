"""
A leak: errors are collected for a report, and with them the frames they went through.

verdict: LEAK
type: ValueError, traceback, frame
owner: ERRORS
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
ERRORS: list[ValueError] = []


def parse(number: int) -> int:
    """Read a document that is wrong."""
    document = f"document {number} " * 40  # leak
    raise ValueError(document[:20])  # leak


def main() -> None:
    """Read documents."""
    for number in range(COUNT):
        try:
            parse(number)  # leak
        except ValueError as error:
            ERRORS.append(error)
        time.sleep(0.001)


main()
