"""Where an object was allocated, asked of tracemalloc."""

import _tracemalloc

from memprof.agent import (
    __builtins__,
    clib,
)

_of_object = _tracemalloc._get_object_traceback

# 3.11 forgets the two pointers that stand before an instance's collector
# header (GH-101430), and finds nothing for instances of ordinary classes.
try:
    from memprof.agent._graph import traceback_of
except ImportError:
    if clib.traceback_at is None:
        traceback_of = _of_object
    else:
        _HEADER = 32

        def traceback_of(one):
            """Return the traceback of the object *one*, ((file, line), ...); None if unknown."""
            return _of_object(one) or clib.traceback_at(0, id(one) - _HEADER)


def tracebacks_of(objects):
    """Return a lazy iterator over a traceback or None for each of *objects*."""
    return map(traceback_of, objects)
