"""
Tracing for a while, by tracemalloc: memprof's own engine starts once in a process.

Where somebody traces already, what they keep is read and nothing is switched.
"""

import _thread
import _tracemalloc
import gc
import sys
from itertools import compress

from memprof.agent import (
    __builtins__,
    atomic,
    functions,
    graph,
)
from memprof.agent.names import OWN, Names, frames_of, module_of
from memprof.agent.tracebacks import traceback_of, tracebacks_of

DEPTH = 25
"""Frames kept of each allocation: below a library's lines the program's own is looked for."""

_LINE = (1 << 32) - 1
"""What of a frame's key is its line; above it is the number of its file (see `Names.frame`)."""

_PACKAGE = __file__[: -len("agent/tracing.py")]
_start, _stop, _is_tracing = _tracemalloc.start, _tracemalloc.stop, _tracemalloc.is_tracing
_get_traces, _get_memory = _tracemalloc._get_traces, _tracemalloc.get_traced_memory
_collect = gc.collect

_lock = _thread.RLock()
"""Held while tracing begins or ends; a collection may run what traces too."""

_STARTED, _USERS = 0, 1
_ours = [0, 0]
"""How often tracing was started here, and how many use it now."""


def _engine_of_run():
    """Return the module of the engine, where `memprof run` traces by tracemalloc; else None."""
    session = sys.modules.get("memprof.agent.session")
    engine = getattr(session, "modules", {}).get("memprof.agent.allocations")
    return engine if engine is not None and engine._tables_memory() else None


class Tracing:
    """
    While it lasts, allocations are traced; `by` says who does it.

    `shared` tells that it was on before: what is live was not all allocated inside.
    `peak_bytes` is known after `end`: the most that was live above what was live at
    the start; None where it was on before and had a higher peak then.  `lost` tells
    that somebody switched it off meanwhile.  Several may overlap, in threads or tasks: the
    last of them ends it.
    """

    def __init__(self):
        """Number frames and sites anew."""
        self._names = Names(None, _PACKAGE)
        self._get_traces, self._get_memory = _get_traces, _get_memory
        self._is_tracing = _is_tracing
        self._before = 0, 0
        self._uses, self._number = False, 0
        self.shared = self.lost = False
        self.peak_bytes = None
        self.by = f"tracemalloc, {DEPTH} frames"

    def __enter__(self):
        """Trace, if nobody does."""
        engine = _engine_of_run()
        if engine is not None:
            # Below the disguise that `memprof run` has put on it.
            self.shared = True
            self._get_traces, self._get_memory = engine._get_traces, engine._traced_memory
            self._is_tracing = engine._tables_memory
            self.by = "the tracemalloc of 'memprof run', which was on"
        else:
            with _lock:
                self._join()
        self.begin()
        return self

    def _join(self):
        """Use the tracing there is, or start it."""
        if _is_tracing():
            self.shared, self.by = True, "tracemalloc, which was on"
        else:
            # A full collection empties the free lists, which hold what nobody traced.
            atomic.run((_collect,), (_start, DEPTH))
            # Who used it before somebody else ended it has nothing left to end.
            _ours[:] = _ours[_STARTED] + 1, 0
        self._number = _ours[_STARTED]
        self._uses = not self.shared or _ours[_USERS] > 0
        _ours[_USERS] += self._uses

    def __exit__(self, *_):
        """Trace no longer, unless somebody else does."""
        with _lock:
            if self._uses and self._number == _ours[_STARTED]:
                _ours[_USERS] -= 1
                if not _ours[_USERS]:
                    _stop()

    def begin(self):
        """Count from here on what is live at the peak: what is there by now is before it."""
        self._before = self._get_memory()

    def end(self):
        """See what the peak was, and whether it was traced to the end."""
        before_bytes, before_peak = self._before
        _, peak = self._get_memory()
        restarted = self._number and self._number != _ours[_STARTED]
        self.lost = bool(restarted) or not self._is_tracing()
        if (peak > before_peak or not self.shared) and not self.lost:
            self.peak_bytes = peak - before_bytes

    def sites(self):
        """Return ({site: blocks}, {site: bytes}) of what is live now."""
        blocks, sizes, numbers = {}, {}, {}
        site_of = self._names.site
        for _, size, traceback, _ in self._get_traces():
            site = numbers.get(traceback)
            if site is None:
                site = numbers[traceback] = site_of(traceback)
            blocks[site] = blocks.get(site, 0) + 1
            sizes[site] = sizes.get(site, 0) + size
        blocks.pop(OWN, None)
        return blocks, sizes

    @staticmethod
    def ids():
        """Return the ids of the tracked objects that were traced."""
        return set(map(id, _traced_objects()))

    def types_since(self, before):
        """
        Return {(module, name): how many} of the tracked objects that were traced, ours left out.

        Those with an id in *before*, as `ids` returned, are not counted.
        """
        found = {}
        own = self._names.own_prefix
        for one in _traced_objects():
            if id(one) in before or traceback_of(one)[0][0].startswith(own):
                continue
            name = name_of(type(one))
            if not name[0].startswith("memprof."):
                found[name] = found.get(name, 0) + 1
        return found

    def sites_of(self, objects):
        """Return the sites of the *objects* of which they are known; our own are left out."""
        found = []
        for traceback in tracebacks_of(objects):
            site = self._names.site(traceback) if traceback else OWN
            if site != OWN:
                found.append(site)
        return found

    def stacks(self, sites):
        """Return the stack of each of *sites*: [(file, line, function), ...]."""
        texts = {number: text for text, number in self._names.strings.items()}
        places = {
            number: (texts[key >> 32], key & _LINE) for key, number in self._names.frames.items()
        }
        keys = {number: key for key, number in self._names.sites.items()}
        stacks = [frames_of(keys[site]) for site in sites]
        wanted = {frame: places[frame] for stack in stacks for frame in stack}
        named = _named(wanted)
        return [[named[frame] for frame in stack] for stack in stacks]


def _traced_objects():
    """Return an iterator over the tracked objects that were traced."""
    # In C: this is traced itself, and so would be each number that Python makes.
    objects = graph.tracked()
    return compress(objects, map(traceback_of, objects))


def _named(wanted):
    """Return {frame: (file, line, function)} of {frame: (file, line)}."""
    names, told = Names(None, _PACKAGE), {}
    for frame, (file, line) in wanted.items():
        names.unnamed[file] = f"{names.unnamed.get(file, '')}{line}:{frame} "

    def keep(_kind, fields):
        rows = fields["rows"]
        told.update(zip(rows[::2], rows[1::2]))

    names.flush = _nothing
    functions.name_frames(names, keep)
    texts = {number: text for text, number in names.strings.items()}
    return {frame: (*place, texts[told[frame]]) for frame, place in wanted.items()}


def _nothing():
    """Send nothing: these names are for nobody else."""


def name_of(cls):
    """Return (module, qualified name) of *cls*, whatever its metaclass says."""
    return module_of(cls), type.__dict__["__qualname__"].__get__(cls)
