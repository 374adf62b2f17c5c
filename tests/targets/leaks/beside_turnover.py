"""
A leak: a note for each visitor, beside three hundred places that change hands at random.

verdict: LEAK
type: Note
owner: NOTES
"""

import random
import sys
import time

COUNT = int((*sys.argv[1:], "1000")[0])
chance = random.Random(7)


class Note:
    """What is remembered of a visitor."""

    def __init__(self, number: int) -> None:
        """Write it."""
        self.text = f"visitor {number} was here"  # leak


PLACES: list[bytes] = [b""] * 300
NOTES: dict[int, Note] = {}

for n in range(COUNT):
    for part in range(4):
        PLACES[chance.randrange(300)] = b"%08d" % (n + part) * chance.randrange(20, 400)
    NOTES[n] = Note(n)  # leak
    time.sleep(0.001)
