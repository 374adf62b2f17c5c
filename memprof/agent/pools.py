"""
Probe: pymalloc's arenas, pools and blocks by size class.

`sys._debugmallocstats` prints to the target's stderr; the function beneath it
is given a stream in memory instead.  The text is the same on 3.11 to 3.15,
but every line is optional: what is not understood is left out.
"""

from memprof.agent import (
    __builtins__,
    clib,
)

_statistics = clib.pymalloc_statistics

_ARENAS = "# arenas allocated current"
_HIGHEST = "# arenas highwater mark"
_USED = "# bytes in allocated blocks"
_ARENA_BYTES = "bytes/arena"


def take(send):
    """*send* the pools by size class, unless pymalloc is not in use."""
    text = _statistics()
    if text is not None:
        fields = read(text)
        if fields is not None:
            send("pools", fields)


def read(text):
    """Return the fields of a `pools` record from pymalloc's own *text*."""
    classes = []
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 5 and all(map(str.isdecimal, words)):
            _, size, pools, used, free = map(int, words)
            classes.append([size, pools, used, free])
        elif "=" in line and line[0] != "T":
            label, _, number = line.rpartition("=")
            number = number.strip().replace(",", "")
            if number.isdecimal():
                found.setdefault(label.strip(), int(number))
    # As "2 arenas * 1048576 bytes/arena".
    words = [label.split() for label in found if label.endswith(_ARENA_BYTES)]
    arena_bytes = [int(of[-2]) for of in words if len(of) > 1 and of[-2].isdecimal()]
    if _ARENAS not in found or _USED not in found or not arena_bytes:
        return None
    arenas = found[_ARENAS]
    return {
        "size_classes": classes,
        "arenas": arenas,
        "arenas_highest": found.get(_HIGHEST, arenas),
        "arena_bytes": arena_bytes[0],
        "used_bytes": found[_USED],
        "idle_bytes": arenas * arena_bytes[0] - found[_USED],
    }
