"""
All probes of one process, and the snapshot they make together.

Each probe is wrapped once: if it fails, the capture says so, and it never
runs again.
"""

import gc
import sys
import time

from memprof.agent import (
    __builtins__,
    caches,
    debt,
    engines,
    functions,
    graph,
    owners,
    pools,
    process,
    referrers,
)
from memprof.agent.clib import malloc_in_use
from memprof.agent.generations import Generations
from memprof.agent.names import Names
from memprof.agent.objects import Objects
from memprof.agent.refcounts import RefCounts

_clock_ns, _cpu_ns, _busy_ns = time.perf_counter_ns, time.thread_time_ns, time.process_time_ns
_allocated_blocks = sys.getallocatedblocks

_BALLAST_BYTES = 4 << 20
"""Address space given back when memory runs out; never touched, so not resident."""

_BALLAST_CHUNK = _BALLAST_BYTES + 4096
"""What malloc counts for it: its header and a rest of a page are one page."""

_LIST_BYTES_PER_OBJECT = 24
"""Lists of all objects, of their types and of the types' ids."""

_NAMING_NS = 1600
"""Measured on 3.11 to 3.13, untraced."""

_CLOSER_SHARE, _CLOSER_FREE_NS = 100, 30_000_000

_SAMPLES_SHARE, _SAMPLES_FREE_NS = 25, 25_000_000
"""More for the samples, without which no suspect has a type or a holder."""

_NEW_NAME_NS, _COST_AGAIN = 4000, 0.15
"""What a new name costs, once; the share of a snapshot that is paid again at least."""

_WARM_UP, _GROWN_OBJECTS, _MOST_OWNED = 5, 20, 16
"""Owners are looked for of what grew after a fifth of the run, of so much at most."""

_EARLY = 4
"""Snapshots before this one are too young for the history of every site."""

_PERIODIC = frozenset({"interval", "growth", "checkpoint"})
_UNASKED = _PERIODIC - {"checkpoint"}
_UNKNOWN = (None, None, None, 0)


class Probes:
    """Measures one process; sends what it finds over a channel."""

    def __init__(self, settings, channel, root, base_ns):
        """
        Prepare every probe that *settings* ask for.

        Files below *root* are memprof's own; times count from *base_ns*.
        """
        self._base_ns = base_ns
        self._number = 0
        self._disarmed = set()
        self._ballast = bytes(_BALLAST_BYTES)
        self.send = channel.send
        self.own_threads = 0
        self.names = Names(channel, root)
        self.engine, self.engine_note = engines.choose(settings.engine)
        self.allocations = engines.make(self.engine, self.names, settings, self.event)
        self.generations = Generations(base_ns, self.event, self.allocations.callbacks)
        self.objects = Objects(self.names)
        # Objects that the collector tracks, as last counted.
        self._tracked = 0
        self.refcounts = RefCounts(self.names, self.allocations.tracebacks_of)
        self.cycles = None
        if settings.cycles:
            from memprof.agent.cycles import Cycles

            self.cycles = Cycles(self.names, self.allocations.tracebacks_of, self._send_now)
        # Told of what is about to cost the engine its knowledge.
        self.before_gap = None

    def now_ns(self):
        """Return the nanoseconds since the agent began."""
        return _clock_ns() - self._base_ns

    def _send_now(self, kind, fields):
        """Send a record that says when it was made."""
        self.send(kind, {"at_ns": self.now_ns(), **fields})

    def event(self, what, detail):
        """Send that the target did *what*."""
        if what.startswith("tracing-") and self.before_gap is not None:
            self.before_gap(what)
        self._send_now("event", {"what": what, "detail": detail})

    def size(self):
        """Return what the cost of a snapshot grows with."""
        return graph.FIXED + self.allocations.estimated_blocks() + _allocated_blocks()

    def copy_bytes(self):
        """Return about what a snapshot takes for a moment."""
        return self.allocations.copy_bytes() + _allocated_blocks() * _LIST_BYTES_PER_OBJECT

    def guard(self, probe, work, *args, default=None):
        """Run one probe; if it fails, say so and never run it again."""
        if probe in self._disarmed:
            return default
        try:
            return work(*args)
        except Exception as error:
            if type(error) is MemoryError and self._ballast is not None:
                self._ballast = None
                return self.guard(probe, work, *args, default=default)
            self._disarmed.add(probe)
            self.tell_error(probe, error)
            return default

    def tell_error(self, probe, error):
        """Send that *probe* failed."""
        text = f"{type(error).__name__}: {error}"
        self._send_now("agent-error", {"probe": probe, "error": text})

    def take(self, reason, name):
        """
        Run every probe and send the snapshot that closes their records.

        Return the nanoseconds of this thread's processor time that the next
        one will cost again; what is done only now and then is left out.
        """
        began_ns, at_ns, named = _cpu_ns(), self.now_ns(), self.names.total()
        send, guard = self.send, self.guard
        if reason == "exit":
            # Before a collection that our work sets off, or `--cycles`, frees it.
            guard("debt", debt.take, self.names, self.allocations.tracebacks_of, send, at_ns)
        # First, before our own work shows.  The log of the collections grew in
        # the target's frames, and would count as theirs.
        guard("generations", self.generations.settle)
        paused_ns = self.generations.paused_ns
        outside = self._measure_process()
        # Blocks that wait in the engine's hand are idle ones.
        guard("allocations", self.allocations.settle)
        guard("pools", pools.take, send)
        looked = guard("allocations", self.allocations.look)
        # Before the engine's work makes objects of its own.
        found = guard("objects", graph.look, self.names.type, self.refcounts.samples)
        if found is not None:
            guard("refcounts", self.refcounts.take, send, *found[1:])
        if self.cycles is not None and gc.isenabled() and reason != "start":
            guard("cycles", self.cycles.take, self.generations)
        if reason == "exit" and process.is_single_threaded():
            # What follows is several times cheaper untraced, and so is the
            # interpreter's own end.
            self.allocations.stop()
        closely = reason not in _UNASKED or (self._is_rare() and self._number >= _EARLY)
        told = (looked, send, at_ns, closely)
        totals = guard("allocations", self.allocations.tell, *told, default=_UNKNOWN)
        looked = told = None
        if found is not None:
            self._tracked = sum(found[0])
            guard("objects", self.objects.take, send, found[0])
        guard("generations", self.generations.take, send)
        guard("running", self.allocations.tell_running, send)
        # What was new had to be named, which the next need not do again.
        cost_ns = _cpu_ns() - began_ns
        once_ns = (self.names.total() - named) * _NEW_NAME_NS
        # A collection that came due while we worked is the target's.
        once_ns += self.generations.paused_ns - paused_ns
        cost_ns = max(cost_ns - once_ns, int(cost_ns * _COST_AGAIN))
        self._look_closer(reason)
        self._close(reason, name, at_ns, _cpu_ns() - began_ns, totals, outside)
        return cost_ns

    def _is_rare(self):
        """Tell whether this snapshot is number 1, 2, 4, 8, ..."""
        return self._number.bit_count() <= 1

    def _look_closer(self, reason):
        """Do what costs more: at the ends, and at snapshots 1, 2, 4, 8, ..."""
        guard, send = self.guard, self.send
        rare = self._is_rare()
        if rare:
            guard("objects", self.objects.remember, self.now_ns())
        guard("history", self.allocations.tell_closely, send)
        if (rare or not self.refcounts.samples) and self._pays_samples():
            guard("samples", self.refcounts.choose, self.objects.counts)
        if reason in {"start", "exit"}:
            if reason == "start" or self._pays(graph.UNTRACKED_NS, _allocated_blocks()):
                guard("untracked", self.objects.take_untracked, send)
            guard("garbage", self._take_garbage)
        if reason not in _PERIODIC or (rare and self._pays_naming()):
            guard("functions", functions.name_frames, self.names, send)

    def _pays(self, object_ns, number=None):
        """
        Tell whether the run so far pays for a closer look at every object.

        It costs *object_ns* for each object the collector tracks.  A hundredth
        of the processor time may go into it, and a little in any case.
        """
        if number is None:
            number = self._tracked
        predicted_ns = object_ns * number
        return predicted_ns <= max(_busy_ns() // _CLOSER_SHARE, _CLOSER_FREE_NS)

    def _pays_samples(self):
        """Tell whether the run so far pays for choosing objects to watch."""
        predicted_ns = graph.SOME_NS * self._tracked
        return predicted_ns <= max(_busy_ns() // _SAMPLES_SHARE, _SAMPLES_FREE_NS)

    def _pays_naming(self):
        """Tell whether the run so far pays for naming functions while tracing."""
        unnamed = sum(map(len, self.names.unnamed.values()))
        return unnamed * _NAMING_NS <= _busy_ns() // _CLOSER_SHARE

    def _take_garbage(self):
        """Send what stays in gc.garbage, by type."""
        counted = {}
        for number in map(self.names.type, list(map(type, gc.garbage))):
            counted[number] = counted.get(number, 0) + 1
        self.names.flush()
        self.send("garbage", {"types": list(counted), "counts": list(counted.values())})

    def _measure_process(self):
        """Return the fields of a `snapshot` record that are not the heap's."""
        native_used, native_held = self.guard("native", malloc_in_use, default=(None, None))
        tables_bytes = self.allocations.tables_bytes()
        if native_used is not None:
            # As if malloc held the engine's tables, wherever they are.
            native_used += 0 if self.allocations.tables_in_malloc else tables_bytes
            native_used -= 0 if self._ballast is None else _BALLAST_CHUNK
        rss, rss_peak, file_backed, threads = self.guard(
            "process", process.status, default=(None,) * 4
        )
        return {
            "tracing_bytes": tables_bytes,
            "allocated_blocks": _allocated_blocks(),
            "native_used_bytes": native_used,
            "native_held_bytes": native_held,
            "rss_bytes": rss,
            "rss_peak_bytes": rss_peak,
            "file_bytes": file_backed,
            "threads": threads and threads - self.own_threads,
        }

    def _close(self, reason, name, at_ns, cost_ns, totals, outside):  # noqa: PLR0913
        """Send the `snapshot` record."""
        live_bytes, live_blocks, peak_bytes, own_bytes = totals
        fields = {
            "number": self._number,
            "at_ns": at_ns,
            "name": name,
            "reason": reason,
            "cost_ns": cost_ns,
            "live_bytes": live_bytes,
            "live_blocks": live_blocks,
            "peak_bytes": peak_bytes,
            "own_bytes": own_bytes,
            **outside,
        }
        self.send("snapshot", fields)
        self._number += 1

    def _take_owners(self, ran_ns):
        """Send who owns what grew once the target, which ran *ran_ns*, was warm."""
        warm_ns = ran_ns // _WARM_UP
        types = self.objects.grown(warm_ns, _GROWN_OBJECTS, _MOST_OWNED)
        sites = self.allocations.grown_sites(warm_ns, _MOST_OWNED)
        origins = self.allocations.origins
        try:
            owners.take(self.names, self.send, types, sites, origins, ran_ns)
        except MemoryError:
            # The last reserve is for the second try; without room for the walk
            # owners are not known, which is no failure.
            if self._ballast is not None:
                raise

    def take_epilogue(self):
        """Look closer at what the last snapshot counted, when the target is done."""
        guard, send = self.guard, self.send
        guard("explained", referrers.explain, self.refcounts, self.names, send)
        if self._pays(graph.SIZES_NS):
            guard("shallow", self.objects.take_shallow, send)
        ran_ns = self.now_ns()
        guard("owners", self._take_owners, ran_ns)
        guard("holders", referrers.find_holders, self.refcounts, self.names, send, ran_ns)
        guard("caches", caches.take, self.names, send)
