"""
The log of collections: what gc.callbacks tells, without a line of Python.

A function written in Python would be a place where the interpreter handles
signals: a Ctrl-C that arrives during a collection would raise inside it, where
the collector prints and swallows the exception.  It would also fail at the
recursion limit, on the target's stderr.

Where `_graph` is built it is one function in C, which tallies at once.  Else the
first callback is `state.__setitem__`, which keeps what the collector says by
phase, and the second `property(...).__get__`, which takes (phase, info) too and
calls `next` on an iterator that logs a row.  (Setters of attributes would do,
but the phase is a new string each time, and the interpreter's cache of
attributes would keep thousands of them.)
"""

import gc
from itertools import repeat
from time import perf_counter_ns

from memprof.agent import __builtins__, atomic

try:
    from memprof.agent._graph import collections, on_collection
except ImportError:
    # In a checkout its sources alone are a folder, and no module.
    collections = on_collection = None

read = collections
"""What was tallied in C since it was last read, None where it is logged in rows."""

_counts, _is_enabled = gc.get_count, gc.isenabled

WORDS = ("generation", "collected", "uncollectable")
"""What the collector says of a collection."""

_bound = type(atomic.run.__get__(0))
_NO_INFO = dict.fromkeys(WORDS, 0)
_LAST_TWO = slice(-2, None)


def in_c():
    """Return the callbacks in C: what they tallied is `read`."""
    return (on_collection,)


def chained(log):
    """
    Return callbacks that append a row to the list *log* at either phase.

    A row is (time, counts, enabled, whether it starts, None, *WORDS).
    """
    # No key comes or goes: growing, it would allocate in the target's frames.
    state = {"start": None, "stop": _NO_INFO}
    stops = (map(state.get, repeat("stop")) for _ in WORDS)
    rows = zip(
        iter(perf_counter_ns, None),
        iter(_counts, None),
        iter(_is_enabled, None),
        map(bool, map(state.get, repeat("start"))),
        map(state.__setitem__, repeat("start"), repeat(None)),
        *(map(dict.get, stop, repeat(word)) for stop, word in zip(stops, WORDS, strict=True)),
    )
    log_row = _bound(next, map(log.append, rows))
    return (state.__setitem__, property(log_row).__get__)


def settle(log, callbacks):
    """
    Leave nothing of the *callbacks* behind in the target's frames.

    The iterators keep the last tuple they made; the next one is ours.
    """
    answers = []
    calls = [
        (answers.extend, map(one, (phase,), (_NO_INFO,)))
        for phase in ("start", "stop")
        for one in callbacks
    ]
    # As one: a collection between would be lost with our two rows.
    drop = map(log.__delitem__, (_LAST_TWO,))
    atomic.run(*calls, (answers.extend, drop))
