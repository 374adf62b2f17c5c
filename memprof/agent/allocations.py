"""
Probe: live blocks by allocation site, by the standard library's tracemalloc.

The engine that works everywhere.  Its C module `_tracemalloc` is used
directly: the Python wrapper around it is thirty more modules.
"""

import _tracemalloc
from _collections import _count_elements
from itertools import chain, repeat

from memprof.agent import (
    __builtins__,
    atomic,
    graph,
    tracebacks,
)
from memprof.agent.disguise import Disguise
from memprof.agent.objects import differing
from memprof.agent.wire import send_columns

_get_traces = _tracemalloc._get_traces
_traced_memory = _tracemalloc.get_traced_memory
_tables_memory = _tracemalloc.get_tracemalloc_memory

# Measured: tracemalloc's tables take 48.8 bytes a block, a copy of all
# traces up to 190 bytes a block.  Who reads the tables in place needs none.
TABLE_BYTES_PER_BLOCK = 48
COPY_BYTES_PER_BLOCK = 0 if graph.READS_TRACES else 190
# It says nothing of each block's own record, 16 bytes, nor of what malloc puts around
# that and around the entry of 32 bytes that leads to it.  Measured: 48.0 to 48.9.
_UNTOLD_BYTES_PER_BLOCK = 48
NS_PER_BLOCK = 60 if graph.READS_TRACES else 700

# More than CPython keeps freed: 2,000 tuples of each size up to twenty, 80
# dictionaries.  What lay there is taken first, freed last, and finds no room.
_FREE_TUPLES = 2100
_FREE_INTEGERS = 128
_LARGEST_FREE = 20
_FREE_DICTIONARIES = 100
_TUPLE_SIZES = (2, 3, 4, 8)


class Allocations:
    """Counts what each site holds; sends what changed."""

    def __init__(self, names, depth, warn):
        """Keep *depth* frames of each block; *warn*(what, detail) of gaps."""
        self._names = names
        self._depth = depth
        self._disguise = Disguise(depth, warn)
        self._bytes = []
        self._blocks = []
        self._own_bytes = 0
        self._high_after = 0
        self._traced_blocks = 0
        self.peak_bytes = 0

    def start(self):
        """Begin tracing."""
        self._disguise.put_on()

    def note_fork(self):
        """Do nothing: what a child inherits is copied when it is told."""

    def begin_again(self, _base_ns):
        """Tell everything again, to another capture; return that no function is known."""
        self._bytes.clear()
        self._blocks.clear()
        self.peak_bytes = 0
        self._high_after = _traced_memory()[1]
        return []

    def stop(self):
        """Trace no longer: the process is ending, or it is a forked child left alone."""
        self._disguise.take_off()

    callbacks = ((), ())
    tables_in_malloc = True
    follows = False
    slows = True
    # A peak between two snapshots must not be missed.
    ticks = 4
    origins = None
    tracebacks_of = staticmethod(tracebacks.tracebacks_of)

    @staticmethod
    def live_bytes():
        """Return the bytes now traced, our own included; costs nothing."""
        return _traced_memory()[0]

    @staticmethod
    def tables_bytes():
        """Return what the engine's own tables take of the native heap."""
        return _tables_memory()

    def untold_bytes(self):
        """Return what these tables took of malloc at the last look, and does not say."""
        return self._traced_blocks * _UNTOLD_BYTES_PER_BLOCK

    @staticmethod
    def estimated_blocks():
        """Return about how many blocks a snapshot would have to copy."""
        return _tables_memory() // TABLE_BYTES_PER_BLOCK

    @staticmethod
    def served_bytes():
        """Return None: which allocator served a block is not known."""

    def copy_bytes(self):
        """Return about what the copy takes for a moment."""
        return self.estimated_blocks() * COPY_BYTES_PER_BLOCK

    def least_ns(self):
        """Return about what a snapshot costs at the least."""
        return self.estimated_blocks() * NS_PER_BLOCK

    def watch(self):
        """Do nothing: the frames of other threads are read by the native engine."""

    def tell_running(self, send):
        """Send nothing."""

    def remember(self, _at_ns):
        """Keep nothing: where objects are from is not known in time."""

    @staticmethod
    def grown_sites(_ran_ns, _most):
        """Return no site: where objects are from is not known in time."""
        return []

    def settle(self):
        """Do nothing: each look fills the free lists with what is traced."""

    def look(self):
        """
        Return (peak bytes, bytes and blocks by site) of this moment, None where nothing is traced.

        What is memprof's own comes first, then each site by its number.
        """
        if not self._disguise.worn:
            self._traced_blocks = 0
            return None
        high = _traced_memory()[1]
        # The tables of freed dictionaries, too, wait for reuse, and keep the
        # line that made them: that of the target where the collector last ran.
        # Those made last here are freed first, and leave the others no room.
        tables = list(map(dict.fromkeys, repeat(("",), 2 * _FREE_DICTIONARIES)))
        del tables
        sizes, blocks = graph.traced(self._names.site) or self._copied()
        self._traced_blocks = sum(blocks)
        return high, sizes, blocks

    def tell(self, looked, send, _at_ns, _closely):
        """
        *send* the sites that changed, of what was *looked* at.

        Return (live bytes, live blocks, peak bytes, own bytes).
        """
        if looked is None:
            return 0, 0, 0, 0
        high, sizes, blocks = looked
        reached = high - self._own_bytes if high > self._high_after else 0
        self._own_bytes, _ = sizes.pop(0), blocks.pop(0)
        self._send_changes(sizes, blocks, send)
        live_bytes = sum(sizes)
        self.peak_bytes = max(self.peak_bytes, reached, live_bytes)
        self._high_after = _traced_memory()[1]
        return live_bytes, sum(blocks), self.peak_bytes, self._own_bytes

    def tell_closely(self, send):
        """Do nothing: tracemalloc keeps no more than what is live."""

    def _copied(self):
        """Return ([bytes, ...], [blocks, ...]) as `graph.traced`, of copies of all traces."""
        traces = self._traces()
        sums = self._summed(traces)
        # Those left are untraced, too: see `_traces`.
        fillers = self._fillers()
        atomic.run((fillers.clear,), (traces.clear,))
        return sums

    def _summed(self, traces):
        """Return the sums of *traces*; of these no variable is left with one."""
        sizes = list(repeat(0, len(self._names.sites) + 1))
        blocks = sizes[:]
        site_of = self._names.site
        numbers = {}
        for (_domain, size, traceback, _total), count in traces.items():
            number = numbers.get(traceback)
            if number is None:
                number = numbers[traceback] = site_of(traceback) + 1
                lacking = number + 1 - len(sizes)
                sizes.extend(repeat(0, lacking))
                blocks.extend(repeat(0, lacking))
            sizes[number] += size * count
            blocks[number] += count
        return sizes, blocks

    def _traces(self):
        """
        Return each distinct trace with how many blocks have it.

        tracemalloc cannot tell where a block came from that it did not see
        allocated, and it does not see its own copies.  When those are freed,
        their tuples would wait in the interpreter's free lists, to be handed
        to the target untraced: two thousand of its next tuples would count
        as nothing.  So the free lists are filled with traced tuples first.
        That also takes over what lies there already, such as what the log of
        the collections left in the target's frames.
        """
        counts = {}
        copies = []
        fillers = self._fillers()
        atomic.run(
            (copies.extend, map(atomic.call, (_get_traces,))),
            (_count_elements, counts, chain.from_iterable(copies)),
            (fillers.clear,),
            (copies.clear,),
        )
        return counts

    def _fillers(self):
        """Return lists of as many traced objects as the free lists can hold."""
        return [
            list(map(dict, repeat((), _FREE_DICTIONARIES))),
            list(range(1 << 20, (1 << 20) + _FREE_INTEGERS)),
            *[
                list(map(tuple, repeat([None] * size, _FREE_TUPLES)))
                for size in {*_TUPLE_SIZES, *range(1, min(self._depth, _LARGEST_FREE) + 1)}
            ],
        ]

    def _send_changes(self, sizes, blocks, send):
        """Send the absolute values of the sites that are not as they were."""
        changed = differing(self._bytes, sizes, 0)
        # Next to none: where as many bytes are of other blocks.
        changed += set(differing(self._blocks, blocks, 0)).difference(changed)
        changed.sort()
        self._bytes[:], self._blocks[:] = sizes, blocks
        self._names.flush()
        if changed:
            columns = changed, [sizes[site] for site in changed], [blocks[site] for site in changed]
            send_columns("live", {}, columns, send)
