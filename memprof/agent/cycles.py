"""
Probe: which types, made where, the cyclic garbage consists of (`--cycles`).

A pass collects twice.  The first collection runs under DEBUG_SAVEALL: it
finds the unreachable objects, finalizes them as always, and puts them in
gc.garbage instead of freeing them.  They are counted, taken out again, and
the second collection frees them.  What the target sees afterwards is one
collection: the same finalizers run once, the same weak references cleared,
the same objects gone.
"""

import gc
from itertools import islice

from memprof.agent import (
    __builtins__,
    atomic,
)

_garbage = gc.garbage
_collect, _set_debug, _get_debug = gc.collect, gc.set_debug, gc.get_debug
_enable, _disable, _is_enabled = gc.enable, gc.disable, gc.isenabled
_SAVEALL = gc.DEBUG_SAVEALL
_FULL = 2
_PRINTING = gc.DEBUG_STATS | gc.DEBUG_COLLECTABLE | gc.DEBUG_UNCOLLECTABLE


class Cycles:
    """Looks at cyclic garbage before it is freed."""

    def __init__(self, names, tracebacks_of, send):
        """Number types and sites by *names*, *tracebacks_of* says; *send* what is found."""
        self._names = names
        self._tracebacks_of = tracebacks_of
        self._send = send
        self._within = False

    def watch(self, generations, charge):
        """
        Look before each gc.collect() of the target's, as far as it can be paid.

        *charge*(work) runs *work* if the budget allows.
        """
        original = gc.collect

        def collect(generation=_FULL):
            # Younger collections are left alone: what a pass puts back is
            # old, and they would no longer free it.
            if generation == _FULL:
                # Or our own work sets off a collection before the pass.
                enabled = _is_enabled()
                _disable()
                try:
                    charge(lambda: generations.disown(self._save))
                finally:
                    if enabled:
                        _enable()
            return original(generation)

        collect.__module__, collect.__qualname__ = "gc", "collect"
        gc.collect = collect

    def take(self, generations):
        """Look at all garbage there is, and let it go."""
        generations.disown(self._pass)

    def _pass(self):
        """Find and count the garbage, then free it."""
        self._save()
        _collect()

    def _save(self):
        """Count the garbage and leave it unreachable again."""
        if self._within:
            return
        self._within = True
        flags = _get_debug()
        before = len(_garbage)
        types, tracebacks, found, dropped = [], [], [], []
        try:
            atomic.run(
                (_set_debug, flags & ~_PRINTING | _SAVEALL),
                (_collect, _FULL),
                (_set_debug, flags),
                (found.extend, islice(iter(_garbage), before, None)),
                (dropped.extend, map(_garbage.__delitem__, (slice(before, None),))),
                (types.extend, map(type, found)),
                (tracebacks.extend, self._tracebacks_of(found)),
                (found.clear,),
            )
        finally:
            _set_debug(flags)
            self._within = False
        self._tell(types, tracebacks)

    def _tell(self, types, tracebacks):
        """Send how many objects of each type were made where."""
        counted = {}
        for cls, traceback in zip(types, tracebacks, strict=True):
            site = self._names.site(traceback) if traceback else -1
            key = (self._names.type(cls), site)
            counted[key] = counted.get(key, 0) + 1
        rows = []
        for (number, site), objects in sorted(counted.items()):
            rows += (number, site, objects)
        self._names.flush()
        self._send("cycles", {"objects": len(types), "rows": rows})
