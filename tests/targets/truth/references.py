"""
Seven references to each of sixty objects, all from lists.

With the argument `frames` a thread that never ends has one more reference to
each: sixty calls deep, every frame holds one in a local variable, which the
collector does not know.
"""

import sys
import threading

import memprof


class Held:
    """What is held."""

    __slots__ = ("__weakref__", "one")


def hold(number: int, ready: threading.Event) -> None:
    """Keep object *number* in a frame for ever, and those that follow."""
    mine = lists[0][number]
    if number + 1 < len(lists[0]):
        hold(number + 1, ready)
    ready.set()
    threading.Event().wait()
    del mine


lists = [[Held() for _ in range(60)]]
lists += [list(lists[0]) for _ in range(6)]
if sys.argv[1:] == ["frames"]:
    held = threading.Event()
    threading.Thread(target=hold, args=(0, held), daemon=True).start()
    held.wait()
for _ in range(3):
    memprof.checkpoint("held")
