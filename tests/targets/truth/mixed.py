"""
Slow leaks of the kinds CPython keeps in free lists, with snapshots between.

Lists, dictionaries, floats, small tuples, instances, methods and integers:
4 batches of 600 each.
"""

import memprof

BATCHES, BATCH = 4, 600


class Plain:
    """An instance with an attribute."""

    def __init__(self) -> None:
        """Keep a number."""
        self.number = 1_000

    def method(self) -> None:
        """Do nothing."""


# Take what the interpreter's own start left in its free lists, untraced.
left = range(300, 400)
first = [[[], {}, n / 7, (n,), (n, n), (n, n, n), (n, n, n, n)] for n in left]  # site: first

kept: list[list[object]] = [[None] * (BATCHES * BATCH) for _ in range(7)]
plain = Plain()
for batch in range(BATCHES):
    for n in range(batch * BATCH, (batch + 1) * BATCH):
        kept[0][n] = []  # site: list
        kept[1][n] = {}  # site: dict
        kept[2][n] = n / 7  # site: float
        kept[3][n] = (n,)  # site: single
        kept[4][n] = Plain()  # site: plain
        kept[5][n] = plain.method  # site: method
        kept[6][n] = 1_000_000 + n  # site: integer
    memprof.checkpoint(f"batch {batch}")
