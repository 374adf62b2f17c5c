"""
A leak: a hundred bytes a request, while each request makes and drops half a megabyte.

verdict: LEAK
owner: TAGS
"""

import json
import sys
import time

COUNT = int((*sys.argv[1:], "300")[0])
TAGS: list[str] = []


def answer(number: int) -> str:
    """Build a large answer, and keep its tags."""
    rows = [{"id": number * 1_000 + row, "name": f"row {row} " * 20} for row in range(600)]
    text = json.dumps(rows)
    TAGS.extend(f"tag-{number}-{part} of {len(text)} bytes" for part in range(8))  # leak
    return text


for n in range(COUNT):
    answer(n)
    time.sleep(0.002)
