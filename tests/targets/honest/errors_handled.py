"""
Honest: every second request fails deep down, is handled, and leaves nothing.

verdict: CLEAN, CHURN, INCONCLUSIVE
"""

import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])


def parse(text: str, depth: int) -> int:
    """Parse, from deep down."""
    rows = [text] * 50
    return parse(text, depth - 1) if depth else int(rows[-1])


def serve(number: int) -> str:
    """Answer or apologise."""
    try:
        return str(parse(f"{number}" if number % 2 else f"{number}?", 10))
    except ValueError as error:
        return f"sorry: {error}"


for n in range(COUNT):
    serve(n)
    time.sleep(0.001)
