"""
A leak, and another beside it: an audit trail and the names of all visitors.

verdict: LEAK
owner: TRAIL
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
TRAIL: list[dict[str, int]] = []
VISITORS: dict[int, str] = {}


def audit(number: int) -> None:
    """Remember what was done."""
    TRAIL.append({"number": number, "size": number * 7})  # leak: trail


def visit(number: int) -> None:
    """Remember who was here."""
    VISITORS[number] = f"visitor {number} " * 12  # leak: visitors


for n in range(COUNT):
    audit(n)
    visit(n)
    time.sleep(0.001)
