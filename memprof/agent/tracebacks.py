"""Where an object was allocated, asked of tracemalloc."""

import _tracemalloc
from itertools import repeat

from memprof.agent import (
    __builtins__,
    clib,
)

_of_object = _tracemalloc._get_object_traceback

# 3.11 forgets the two pointers that stand before an instance's collector
# header (GH-101430), and finds nothing for instances of ordinary classes.
_HEADER = 32
_FORGETS_HEADER = clib.traceback_at is not None


def tracebacks_of(objects):
    """
    Return a lazy iterator over a pair for each of the list *objects*.

    Either may be a traceback, a tuple of (file, line), or None: see `names.first`.
    """
    found = map(_of_object, objects)
    if not _FORGETS_HEADER:
        return zip(found, repeat(None))
    addresses = map((-_HEADER).__add__, map(id, objects))
    return zip(found, map(clib.traceback_at, repeat(0), addresses))
