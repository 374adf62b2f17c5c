"""
All probes of one process, and the snapshot they make together.

Each probe is wrapped once: if it fails, the capture says so, and it never
runs again.
"""

import gc
import sys
import time

from memprof.agent import __builtins__, atomic, debt, engines, functions, graph, pools, process
from memprof.agent.endings import ORDERLY
from memprof.agent.generations import Generations
from memprof.agent.lost import Lost
from memprof.agent.names import Names, said
from memprof.agent.objects import Objects
from memprof.agent.refcounts import RefCounts

_clock_ns, _cpu_ns, _used_ns = time.perf_counter_ns, time.thread_time_ns, time.process_time_ns
_allocated_blocks = sys.getallocatedblocks

_LIST_BYTES_PER_OBJECT = 24
"""Lists of all objects, of their types and of the types' ids."""

_NAMING_NS, _HISTORY_NS = 1600, 4000
"""Measured on 3.11 to 3.13, untraced."""

_CLOSER_SHARE, _CLOSER_FREE_NS = 100, 5_000_000
"""A closer look may cost a hundredth of the processor time, and a little in any case."""

_SAMPLES_SHARE, _SAMPLES_FREE_NS = 25, 4_000_000
"""More for the samples, without which no suspect has a type or a holder."""

_NEW_NAME_NS, _NEW_SITE_NS, _COST_AGAIN = 4000, 10_000, 0.1
"""What a new name of a type costs, and a new site; what of a snapshot is paid again at least."""

_PERIODIC = frozenset({"interval", "growth", "checkpoint"})
_UNASKED = _PERIODIC - {"checkpoint"}
_TOTALS = ("live_bytes", "live_blocks", "peak_bytes", "own_bytes")
_UNKNOWN = (None, None, None, 0)


class Probes:
    """Measures one process; sends what it finds over a channel."""

    def __init__(self, settings, channel, root, base_ns):
        """
        Prepare every probe that *settings* ask for.

        Files below *root* are memprof's own; times count from *base_ns*.
        """
        self._base_ns = base_ns
        self._number = self._whole = 0
        # Whether the next moment told is that of the fork.
        self._inherits = False
        self._disarmed = set()
        self.send = channel.send
        self.names = Names(channel, root)
        self.engine, self.engine_note = engines.choose(settings.engine)
        self.allocations = engines.make(self.engine, self.names, settings, self.event, base_ns)
        self.process = process.Process(self.allocations, self.guard, channel)
        self.generations = Generations(base_ns, self.event, self.allocations.callbacks)
        self.objects = Objects(self.names)
        # Whether the last snapshot was mostly about what is new; objects that the
        # collector tracks, as last counted.
        self.found_new, self.tracked = False, 0
        self.refcounts = RefCounts(self.names, self.allocations.tracebacks_of)
        self.lost = Lost(self.names)
        self.cycles = None
        if settings.cycles:
            from memprof.agent.cycles import Cycles

            self.cycles = Cycles(self.names, self.allocations.tracebacks_of, self._send_now)
        # Told of what is about to cost the engine its knowledge.
        self.before_gap = None

    def begin_again(self, base_ns):
        """Measure for another capture, a child's, whose times count from *base_ns*."""
        self._base_ns = base_ns
        self._number = self._whole = self.tracked = 0
        self._inherits = True
        self._disarmed.clear()
        for probe in (self.objects, self.refcounts, self.lost):
            probe.begin_again()
        self.generations.begin_again(base_ns)
        self.names.tell_again(self.allocations.begin_again(base_ns))

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

    def unseen_bytes(self):
        """Return the live bytes whose peak a snapshot must catch: none if the engine keeps it."""
        return 0 if self.allocations.follows else self.allocations.live_bytes()

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
            if type(error) is MemoryError and self.process.give_ballast():
                return self.guard(probe, work, *args, default=default)
            self._disarmed.add(probe)
            self.tell_error(probe, error)
            return default

    def tell_error(self, probe, error):
        """Send that *probe* failed; where even that fails, nobody hears of it."""
        try:
            self._send_now("agent-error", {"probe": probe, "error": said(error)})
        except Exception:
            pass

    def take(self, reason, name):
        """
        Run every probe and send the snapshot that closes their records.

        Return the nanoseconds of this thread's processor time that the next
        one will cost again; what is done only now and then is left out.
        """
        began_ns, at_ns = _cpu_ns(), self.now_ns()
        send, guard = self.send, self.guard
        outside = atomic.undisturbed(self._measure_end, at_ns) if reason in ORDERLY else None
        # First, before our own work shows.  The log of the collections grew in
        # the target's frames, and would count as theirs.
        guard("generations", self.generations.settle)
        paused_ns = self.generations.paused_ns
        outside = outside or self.process.measure(send, reason not in _UNASKED)
        pooled, types = self._look_at_pools(), len(self.names.types)
        # Before the engine's work makes objects of its own; those that wait are sent.
        self.names.flush()
        found = guard("objects", graph.look, self.names.type, self.refcounts.samples)
        looked, once_ns = self._look_at_blocks(at_ns, pooled)
        outside["tracing_bytes"] += guard("allocations", self.allocations.untold_bytes, default=0)
        if found is not None:
            guard("refcounts", self.refcounts.take, send, *found[1:3])
            guard("lost", self.lost.note, at_ns, found[3])
        if self.cycles is not None and gc.isenabled() and reason != "start":
            guard("cycles", self.cycles.take, self.generations)
        if reason in ORDERLY and process.is_single_threaded():
            # What follows is several times cheaper untraced, and so is the
            # interpreter's own end.
            self.allocations.stop()
        closely = reason not in _UNASKED or (self._is_rare() and self._pays_history())
        told = (looked, send, at_ns, closely)
        totals = guard("allocations", self.allocations.tell, *told, default=_UNKNOWN)
        looked = told = None
        if found is not None:
            self.tracked = sum(found[0])
            guard("objects", self.objects.take, send, found[0], at_ns)
        guard("generations", self.generations.take, send)
        guard("running", self.allocations.tell_running, send)
        once_ns += (len(self.names.types) - types) * _NEW_NAME_NS
        # A collection that came due while we worked is the target's.
        once_ns += self.generations.paused_ns - paused_ns
        cost_ns = _cpu_ns() - began_ns
        self.found_new = 2 * once_ns > cost_ns
        cost_ns = max(cost_ns - once_ns, int(cost_ns * _COST_AGAIN))
        self._look_closer(reason)
        self._whole += 1
        self._close(reason, name, at_ns, _cpu_ns() - began_ns, totals, outside)
        return cost_ns

    def take_light(self):
        """Send a snapshot of blocks alone; return the nanoseconds the next will cost again."""
        began_ns, at_ns = _cpu_ns(), self.now_ns()
        self.guard("generations", self.generations.settle)
        outside = self.process.measure(self.send, False)
        pooled = self._look_at_pools()
        looked, once_ns = self._look_at_blocks(at_ns, pooled)
        told = self.allocations.tell, looked, self.send, at_ns, False
        totals = self.guard("allocations", *told, default=_UNKNOWN)
        cost_ns = _cpu_ns() - began_ns
        self._inherits = False
        self._close("interval", None, at_ns, cost_ns, totals, outside)
        return cost_ns - once_ns

    def take_brief(self, reason, base_ns):
        """Send the only snapshot of a process since *base_ns*, of what is known at once."""
        self._base_ns, self._number = base_ns, 0
        at_ns = self.now_ns()
        live_bytes = self.allocations.live_bytes() if self.allocations.follows else None
        outside = self.process.measure(self.send, False)
        self._close(reason, None, at_ns, 0, (live_bytes, None, None, 0), outside)

    def _look_at_pools(self):
        """Return the pools as they are, None without any."""
        # Blocks that wait in the engine's hand are idle ones.
        self.guard("allocations", self.allocations.settle)
        return self.guard("pools", pools.look)

    def _look_at_blocks(self, at_ns, pooled):
        """
        Send the moments before *at_ns*, and the pools where they were *pooled*.

        Return what `tell` needs, and what of the cost the next look has not: naming the new.
        """
        began_ns, sites = _cpu_ns(), len(self.names.sites)
        looked = self.guard("allocations", self.allocations.look)
        once_ns = _cpu_ns() - began_ns
        if not self.allocations.follows:
            once_ns = min(once_ns, (len(self.names.sites) - sites) * _NEW_SITE_NS)
        if self.allocations.follows:
            told = self.allocations.tell_moments, self.send, at_ns, self._close_moment
            self.guard("allocations", *told)
        if pooled is not None:
            self.send("pools", pooled)
        return looked, once_ns

    def _close_moment(self, at_ns, cpu_ns, live_bytes, live_blocks, used, served):  # noqa: PLR0913
        """Send the `snapshot` record of a moment at which only blocks and malloc were noted."""
        totals = live_bytes, live_blocks, None, 0
        reason, self._inherits = "fork" if self._inherits else "interval", False
        self._close(reason, None, at_ns, 0, totals, self.process.noted(cpu_ns, used, served))

    def _is_rare(self):
        """Tell whether this is whole snapshot number 1, 2, 4, 8, ..."""
        return self._whole.bit_count() <= 1

    def _look_closer(self, reason):
        """Do what costs more: at the ends, and at snapshots 1, 2, 4, 8, ..."""
        guard, send, rare = self.guard, self.send, self._is_rare()
        if rare:
            guard("objects", self.objects.remember, self.now_ns())
            guard("allocations", self.allocations.remember, self.now_ns())
        guard("history", self.allocations.tell_closely, send)
        if (rare or not self.refcounts.samples) and self._pays_samples():
            guard("samples", self.refcounts.choose, self.objects.counts)
        if reason == "start" or reason in ORDERLY:
            if reason == "start" or self.pays(graph.UNTRACKED_NS, _allocated_blocks()):
                guard("untracked", self.objects.take_untracked, send)
            guard("garbage", self.objects.take_garbage, send)
        if reason not in _PERIODIC or (rare and self._pays_naming()):
            guard("functions", functions.name_frames, self.names, send)

    def pays(self, object_ns, number=None):
        """Tell whether the run so far pays for a look that costs *object_ns* for each object."""
        predicted_ns = object_ns * (self.tracked if number is None else number)
        return predicted_ns <= max(_used_ns() // _CLOSER_SHARE, _CLOSER_FREE_NS)

    def _pays_history(self):
        """Tell whether the run so far pays for the history of every site."""
        return len(self.names.sites) * _HISTORY_NS <= _used_ns() // _CLOSER_SHARE

    def _pays_samples(self):
        """Tell whether the run so far pays for choosing objects to watch."""
        return graph.SOME_NS * self.tracked <= max(_used_ns() // _SAMPLES_SHARE, _SAMPLES_FREE_NS)

    def _pays_naming(self):
        """Tell whether the run so far pays for naming functions while tracing."""
        unnamed = sum(map(len, self.names.unnamed.values()))
        return unnamed * _NAMING_NS <= _used_ns() // _CLOSER_SHARE

    def _measure_end(self, at_ns):
        """
        Return what `Process.measure` does, and look for the cyclic debt.

        Before a collection that our work sets off, or `--cycles`, frees it; and
        after the process is measured, whose peak the look would raise.
        """
        outside = self.process.measure(self.send, True)
        tracebacks_of = self.allocations.tracebacks_of
        self.guard("debt", debt.take, self.names, tracebacks_of, self.send, at_ns)
        return outside

    def _close(self, reason, name, at_ns, cost_ns, totals, outside):  # noqa: PLR0913
        """Send the `snapshot` record."""
        fields = {
            "number": self._number,
            "at_ns": at_ns,
            "name": name,
            "reason": reason,
            "cost_ns": cost_ns,
            **dict(zip(_TOTALS, totals, strict=True)),
            **outside,
        }
        self.send("snapshot", fields)
        self._number += 1
