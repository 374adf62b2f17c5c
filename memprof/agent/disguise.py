"""
tracemalloc as the target would find it bare.

The engine traces, so without this `tracemalloc.is_tracing()` would be true,
and every ResourceWarning would name an allocation.  The functions the
target can reach therefore answer as if nothing were traced, until it starts
tracing itself.  Then it gets just what it asked for, from its own start on;
what we knew of older blocks is lost, and the capture says when and where.
"""

import _tracemalloc
import gc
import sys
from itertools import repeat

from memprof.agent import __builtins__, atomic

_caller = sys._getframe
_collect = gc.collect

_traceback_of = _tracemalloc._get_object_traceback

_FEW = 10
_TUPLE_SIZES = range(1, 8)

_OVERFULL = 100
"""More than CPython keeps of freed lists or dictionaries (80)."""

# What the functions answer while tracing is off.
_OFF = {
    "is_tracing": bool,
    "get_traced_memory": lambda: (0, 0),
    "get_tracemalloc_memory": int,
    "get_traceback_limit": lambda: 1,
    "_get_traces": list,
    "_get_object_traceback": lambda _one: None,
    "clear_traces": lambda: None,
    "reset_peak": lambda: None,
}


class Disguise:
    """Stands before `_tracemalloc`; the engine itself holds the originals."""

    def __init__(self, depth, warn):
        """Trace *depth* frames for ourselves; *warn*(what, detail) of a gap."""
        self._depth = depth
        self._warn = warn
        self._theirs = False
        self._captives = []
        self.worn = False
        self._real = {name: getattr(_tracemalloc, name) for name in (*_OFF, "start", "stop")}

    def put_on(self):
        """Start tracing and stand before it."""
        # Empty tables take something too.
        empty_bytes = self._real["get_tracemalloc_memory"]()
        if self._real["is_tracing"]():
            # PYTHONTRACEMALLOC or -X tracemalloc: the user's, and visible.
            self._theirs = True
        else:
            # A full collection empties the free lists.  What lies there was
            # allocated untraced, and would be handed to the target as such.
            atomic.run((_collect,), (self._real["start"], self._depth))
            self._empty_free_lists()
        answers = {**_OFF, "get_tracemalloc_memory": lambda: empty_bytes}
        for name, answer in answers.items():
            self._stand(name, self._passing(name, answer))
        self._stand("start", self._start)
        self._stand("stop", self._stop)
        self.worn = True

    def _empty_free_lists(self):
        """Take out what the start itself left in the free lists, untraced."""
        # More than the lists hold: the oldest, freed last, are given back.
        for kind in (list, dict):
            overfull = list(map(kind, repeat((), _OVERFULL)))
            del overfull
        # There are too many places for tuples; keep the few that are there.
        for size in _TUPLE_SIZES:
            some = list(map(tuple, repeat([None] * size, _FEW)))
            self._captives += [one for one in some if _traceback_of(one) is None]

    def take_off(self):
        """Stop tracing and step aside: the process is ending, or not ours."""
        self.worn = False
        for name, original in self._real.items():
            setattr(_tracemalloc, name, original)
        if not self._theirs:
            self._real["stop"]()

    def _stand(self, name, function):
        """Put *function* in the place of the original called *name*."""

        def stand(*args, **kwargs):
            return function(*args, **kwargs)

        stand.__name__ = stand.__qualname__ = name
        stand.__module__ = "_tracemalloc"
        setattr(_tracemalloc, name, stand)

    def _passing(self, name, answer):
        """Return a function that asks the original only if the target traces."""
        original = self._clear if name == "clear_traces" else self._real[name]

        def passing(*args, **kwargs):
            chosen = original if self._theirs else answer
            return chosen(*args, **kwargs)

        return passing

    def _clear(self):
        """Clear the target's traces, and with them ours."""
        self._gap("tracing-cleared")
        self._real["clear_traces"]()

    def _start(self, nframe=1):
        """Give the target the tracing it asks for, from now on."""
        if self._theirs:
            return
        self._gap("tracing-restarted")
        self._real["stop"]()
        self._theirs = True
        try:
            self._real["start"](nframe)
        except (ValueError, TypeError, OverflowError):
            self._stop()
            raise

    def _stop(self):
        """End the target's tracing and go on with ours."""
        if not self._theirs:
            return
        self._gap("tracing-restarted")
        self._real["stop"]()
        self._theirs = False
        self._real["start"](self._depth)

    def _gap(self, what):
        """Tell that older blocks will no longer be known, and who did it."""
        # This function, the one above it, `stand`, and then the target's.
        frame = _caller(1)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        detail = "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
        self._warn(what, detail)
