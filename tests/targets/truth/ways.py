"""
Five hundred objects by each way code runs: threads, generators, exec, deep calls.

Each of four threads keeps 500 from one line, so that line holds 2,000; a
generator that is still suspended has handed out 500; code that was never in a
file keeps 500; a function nine calls deep keeps 500.
"""

import threading
from collections.abc import Iterator

COUNT, THREADS, DEEP = 500, 4, 9

# Take what the interpreter's own start left in its free lists, untraced.
left = range(300, 400)
first = [[[], {}, n / 7, (n,), (n, n), (n, n, n), (n, n, n, n)] for n in left]  # site: first

zeros = bytearray(200)
kept: list[list[object]] = [[None] * COUNT for _ in range(THREADS + 3)]


def in_thread(mine: list[object]) -> None:
    """Fill *mine*."""
    for n in range(COUNT):
        mine[n] = b"." * COUNT  # site: thread


def generated() -> Iterator[bytearray]:
    """Hand out one after the other."""
    while True:
        yield zeros * 1  # site: generator


def deep(calls: int) -> object:
    """Call itself *calls* times and return something new."""
    if calls:
        return deep(calls - 1)  # site: call
    return [None]  # site: deep


threads = [threading.Thread(target=in_thread, args=(kept[n],)) for n in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

source = generated()
for n in range(COUNT):
    kept[THREADS][n] = next(source)
for n in range(COUNT):
    kept[THREADS + 1][n] = deep(DEEP)

made_up = compile(  # site: first_compilation
    "for n in range(500):\n    mine[n] = dot * n", "<made up>", "exec"
)
exec(  # noqa: S102  (that is the way)
    made_up,
    {"mine": kept[-1], "dot": b"."},
)
