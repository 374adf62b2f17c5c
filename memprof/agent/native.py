"""
Engine: live blocks by allocation site, by memprof's own C extension.

It writes every block down as it is allocated and freed, so that a snapshot
costs what changed and not what is live.  Where it is not built or does not
know the interpreter, tracemalloc does the work; see `memprof.agent.engines`.
"""

import gc

from memprof.agent import (
    __builtins__,
    _heap,
    atomic,
)
from memprof.agent.earlier import WARM_UP, Earlier
from memprof.agent.wire import EPOCHS

_collect = gc.collect
_origin, _changes, _totals = _heap.origin, _heap.changes, _heap.totals
_name_new = _heap.name_new
_details, _next_epoch = _heap.details, _heap.next_epoch
_moments, _note_moments = _heap.moments, _heap.note_moments
_forked, _begin_again = _heap.forked, _heap.begin_again
_call = atomic.call

_KINDS = ("peak", "traffic", "collected", "error", "births")
"""What `details()` says of sites, in its order."""

_EPOCH_NS = 4_000_000
"""The shortest epoch at first; twice as long whenever neighbours are merged."""

_RUNNING_FRAMES, _MOST_RUNNING = 12, 2000
"""Frames of a stack that ran at a tick, and such stacks that are told apart."""


class NativeAllocations:
    """Counts what each site holds; sends what changed."""

    callbacks = ((_heap.on_collection_end,), (_heap.on_collection,))
    tables_in_malloc = False
    # Blocks are followed as they come and go: the peak is kept without a snapshot,
    # and what is new is named when it is looked at.
    follows = True
    slows = False
    # Each costs a handover of the interpreter; the lines that run are seen often enough.
    ticks = 2
    origins = _heap.origins

    def __init__(self, names, settings, warn, base_ns):
        """
        Work as *settings* say; *warn*(what, detail) of gaps; times count from *base_ns*.

        Of every block, or of one for each `sample_bytes` on average.
        """
        self._names = names
        self._depth = settings.depth
        self._sample_bytes = settings.sample_bytes
        # Who chose an interval has the snapshots asked for and no others.
        self._dense = settings.interval_s is None
        self._warn = warn
        self._base_ns = base_ns
        self._works = False
        self._began = False
        # When each epoch began that the engine tells apart.
        self._epochs = [0]
        self._width_ns = _EPOCH_NS
        self._earlier = Earlier()
        # When what is known of the sites is from, and what was before the last look.
        self._told_ns = self._before_ns = 0
        # What was read closely, until it is told: when, epochs, and details.
        self._kept = None
        # Sites that ran at a tick -> ticks since the last snapshot; of all, how many.
        self._running = {}
        self._ran = 0

    def start(self):
        """Begin to write down."""
        # A full collection empties the free lists.  What lies there was
        # allocated unseen, and would be handed to the target as such.
        asked = self._depth, self._names.own_prefix, self._sample_bytes
        atomic.run((_collect,), (_heap.start, *asked))
        self._works = self._began = True
        if self._dense:
            _note_moments()

    def note_fork(self):
        """Note what this process, a child just forked, inherits."""
        self._running.clear()
        _forked()

    def begin_again(self, base_ns):
        """
        Tell everything again, to another capture, whose times count from *base_ns*.

        Return [frame, string, ...] of the functions that were ever named.
        """
        self._base_ns = base_ns
        self._epochs[:] = [0]
        self._width_ns = _EPOCH_NS
        self._earlier.clear()
        self._told_ns = self._before_ns = 0
        self._kept = None
        return _begin_again()

    def stop(self):
        """Write down no more: the process is ending, or it is a forked child left alone."""
        if self._works:
            self._works = False
            _heap.stop()

    @staticmethod
    def tracebacks_of(objects):
        """Return a lazy iterator over a traceback or None for each of *objects*."""
        return map(_origin, objects)

    @staticmethod
    def live_bytes():
        """Return the bytes now live, our own left out; costs nothing."""
        return _heap.live_bytes()

    @staticmethod
    def tables_bytes():
        """Return what the engine's own tables take of resident memory."""
        return _totals()[3]

    @staticmethod
    def untold_bytes():
        """Return 0: all of the tables is told."""
        return 0

    def served_bytes(self):
        """Return what malloc has served of the blocks, None where that is not counted."""
        return _heap.served_bytes() if self._sample_bytes <= 1 else None

    @staticmethod
    def copy_bytes():
        """Return 0: nothing is copied."""
        return 0

    @staticmethod
    def estimated_blocks():
        """Return 0: nothing is copied, however much is live."""
        return 0

    @staticmethod
    def least_ns():
        """Return 0: what a snapshot costs is known from the last one."""
        return 0

    def watch(self):
        """Note which lines the other threads run, of as many stacks as there is room for."""
        own = self._names.own_prefix
        for stack in _heap.running(_RUNNING_FRAMES) if self._works else ():
            if not stack[0][0].startswith(own) and self._ran < _MOST_RUNNING:
                known = len(self._names.sites)
                site = self._names.site(stack)
                self._ran += len(self._names.sites) - known
                self._running[site] = self._running.get(site, 0) + 1

    def tell_running(self, send):
        """*send* which lines ran since the last snapshot, and how often."""
        if self._running:
            self._names.flush()
            rows = [value for item in self._running.items() for value in item]
            self._running.clear()
            send("running", {"rows": rows})

    def remember(self, at_ns):
        """Keep the most every site held until *at_ns*, to tell later what has grown since."""
        if self._works:
            self._earlier.keep(at_ns, _heap.standing())

    def grown_sites(self, ran_ns, most):
        """
        Return at most *most* sites that hold more than when a run of *ran_ns* was warm.

        First those with the most bytes born since.  What came after a moment or
        look of the run's second half alone has not grown.
        """
        late = 2 * self._before_ns >= ran_ns
        before, _ = self._earlier.since_warm(ran_ns)
        for epoch, start_ns in enumerate(self._epochs):
            if start_ns >= ran_ns // WARM_UP:
                return _heap.youngest(epoch, most, before or b"", late)
        return []

    def settle(self):
        """Leave nothing of ours in the free lists."""
        if self._works:
            _heap.settle()

    def look(self):
        """Name the contexts that are new; what is live is read when it is told."""
        if self._works and not _heap.stands():
            self._works = False
            _heap.stop()
            why = "out of memory" if _totals()[4] else ""
            self._warn("tracing-stopped", why)
        # What waits in the free lists is not live.
        self.settle()
        self._names.learn(_name_new)
        self._names.flush()

    def tell_moments(self, send, before_ns, close):
        """
        *send* what sites held at the moments since the last look and before *before_ns*.

        Each is a snapshot of its own, by *close*(at_ns, processor time, live bytes,
        live blocks, malloc's bytes in use or None, what of them are blocks).
        """
        found = _moments(self._base_ns + before_ns) if self._works else ()
        if found:
            self._names.flush()
        for at_ns, cpu_ns, live_bytes, live_blocks, used, served, records in found:
            for columns in records:
                send("live", {}, columns)
            known = None if used < 0 else used
            self._told_ns = at_ns - self._base_ns
            close(self._told_ns, cpu_ns, live_bytes, live_blocks, known, served)

    def tell(self, _looked, send, at_ns, closely):
        """
        *send* the sites that changed; *closely*: read all that is kept of every site.

        Blocks allocated from now on are born in the epoch that begins *at_ns*.
        Return (live bytes, live blocks, peak bytes, own bytes).
        """
        epochs = self._epochs
        due = self._began and at_ns - epochs[-1] >= self._width_ns
        (records, live_bytes, live_blocks), *begins = self._read(at_ns, closely, due)
        if not self._began:
            epochs[:] = [at_ns]
        elif begins == [True]:
            # In place: a list of ours that died would leave its address, known
            # as our own, to the target.
            if len(epochs) == EPOCHS:
                del epochs[1::2]
                self._width_ns *= 2
            epochs.append(at_ns)
        self._before_ns, self._told_ns = self._told_ns, at_ns
        self._names.flush()
        for columns in records:
            send("live", {}, columns)
        _live, peak_bytes, own_bytes, _tables, _lost = _totals()
        return live_bytes, live_blocks, max(peak_bytes, live_bytes), own_bytes

    def _read(self, at_ns, closely, due):
        """
        Return what changed, and if one is *due* whether an epoch begins; *closely*: keep all else.

        All at one moment, so that blocks by birth sum to the live blocks.
        """
        if not self._began:
            return [_changes()]
        found, kept = [], []
        ahead = (found.extend, map(_call, (_changes,)))
        after = (found.extend, map(_call, (_next_epoch,) if due else ()))
        if not closely:
            atomic.run(ahead, after)
            return found
        atomic.run(ahead, (kept.extend, map(_call, (_details,))), after)
        self._kept = at_ns, self._epochs[:], kept[0]
        return found

    def tell_closely(self, send):
        """*send* what the last `tell` read closely, if it did."""
        if self._kept is None:
            return
        (at_ns, epochs, details), self._kept = self._kept, None
        for kind, records in zip(_KINDS, details, strict=True):
            fields = {"at_ns": at_ns}
            if kind == "births":
                fields["starts"] = epochs
            for columns in records:
                send(kind, fields, columns)
