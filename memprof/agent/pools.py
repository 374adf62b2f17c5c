"""
Probe: pymalloc's arenas, pools and blocks by size class.

`sys._debugmallocstats` prints to the target's stderr; the function beneath it
is given a stream in memory instead.  The text is the same on 3.11 to 3.15,
but every part is optional: what is not understood is left out.
"""

from memprof.agent import (
    __builtins__,
    clib,
)

_statistics = clib.pymalloc_statistics

_TABLE_ENDS, _TABLE_BEGINS = "\n#", "-"
_COLUMNS = 5
_ARENAS = "\n# arenas allocated current "
_HIGHEST = "\n# arenas highwater mark "
_USED = "\n# bytes in allocated blocks "
_ARENA_BYTES = " bytes/arena"
"""As "2 arenas * 1048576 bytes/arena"."""


def look():
    """Return the fields of a `pools` record, None where pymalloc is not in use."""
    text = _statistics()
    return None if text is None else read(text)


def read(text):
    """Return the fields of a `pools` record from pymalloc's own *text*."""
    arenas, used = _after(text, _ARENAS), _after(text, _USED)
    size = text.partition(_ARENA_BYTES)[0].rpartition(" ")[2] if _ARENA_BYTES in text else ""
    if arenas is None or used is None or not size.isdecimal():
        return None
    arena_bytes = int(size)
    highest = _after(text, _HIGHEST)
    return {
        "size_classes": _classes(text),
        "arenas": arenas,
        "arenas_highest": arenas if highest is None else highest,
        "arena_bytes": arena_bytes,
        "used_bytes": used,
        "idle_bytes": arenas * arena_bytes - used,
    }


def _classes(text):
    """Return [size, pools, used, free] of each class; none if there is more than numbers."""
    # Its head is underlined, and the next lines begin with a hash.
    words = text.partition(_TABLE_ENDS)[0].rpartition(_TABLE_BEGINS)[2].split()
    if not "".join(words).isdecimal() or len(words) % _COLUMNS:
        return []
    numbers = list(map(int, words))
    return [numbers[first + 1 : first + _COLUMNS] for first in range(0, len(numbers), _COLUMNS)]


def _after(text, label):
    """Return the number on the line of *text* that begins with *label*, None without."""
    start = text.find(label)
    if start < 0:
        return None
    line = text[start + 1 :].partition("\n")[0]
    number = line.rpartition("=")[2].strip().replace(",", "")
    return int(number) if number.isdecimal() else None
