"""
Seven hundred of each, alive to the end, each kind from one line.

The list they are put in is as long as it will be, so that a marked line
allocates the objects and nothing else: 700 blocks of sys.getsizeof(one) each
where one object is one block, which is printed.

Nothing is called with arguments on a marked line: the tuple they travel in
would stay, for a moment or for good, in a free list.  The collector is off:
memprof's callbacks have it make a dictionary at each collection.
"""

# ruff: noqa: T201

import gc
import sys

gc.disable()

COUNT = 700
KINDS = 8
SIZE = 1_000


class Slotted:
    """An instance that is one block."""

    __slots__ = ("other",)


class Plain:
    """An instance with attributes of its own."""

    def __init__(self) -> None:
        """Keep a number."""
        self.number = 1_000


# Take what the interpreter's own start left in its free lists, untraced.
left = range(300, 400)
first = [[[], {}, n / 7, (n,), (n, n), (n, n, n), (n, n, n, n)] for n in left]  # site: first

zeros = bytearray(5_000)
kept: list[list[object]] = [[None] * COUNT for _ in range(KINDS)]
for n in range(COUNT):
    kept[0][n] = b"." * SIZE  # site: bytes
    kept[1][n] = Slotted()  # site: slotted
    kept[2][n] = Plain()  # site: plain
    kept[3][n] = []  # site: empty_list
    kept[4][n] = [n, n, n]  # site: list
    kept[5][n] = (n, None, kept)  # site: tuple
    kept[6][n] = {"one": n, "two": kept}  # site: dict
    kept[7][n] = zeros * 1  # site: bytearray

for name, index in (("bytes", 0), ("slotted", 1), ("empty_list", 3), ("tuple", 5)):
    print(name, COUNT, COUNT * sys.getsizeof(kept[index][0]))
