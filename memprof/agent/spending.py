"""Takes snapshots as far as they can be paid; says what is not taken.  Who calls has the lock."""

import time

from memprof.agent import __builtins__, epilogue, graph, process
from memprof.agent.schedule import MIDWAY_LONGEST_NS

_cpu_ns, _used_ns, _busy_ns = time.thread_time_ns, time.process_time_ns, process.busy_ns

_COPY_WORTH_ASKING = 32 << 20
_HEADROOM_SHARE = 4

_WALK_NS = 2_000_000
"""What a walk to the owners costs in any heap; measured on 3.11 to 3.13."""


class Spending:
    """Tells `schedule` what the snapshots of `probes` cost, and asks it before the next."""

    def __init__(self, probes, schedule, channel):
        """Take the snapshots of *probes* as *schedule* allows; they leave by *channel*."""
        self._probes, self._schedule, self._channel = probes, schedule, channel
        # Whether what was sent last may wait a little before it is written.
        self.waits = False

    def checkpoint(self, name):
        """Take a snapshot that the target names, if the budget allows."""
        size, now_ns = self._probes.size(), self._probes.now_ns()
        if not self._schedule.affords_checkpoint(now_ns, _busy_ns(), size):
            self._skip("budget", name)
        elif not self.fits():
            self._skip("memory", name)
        else:
            self.take("checkpoint", name)

    def tick(self):
        """Take what is due."""
        self._probes.guard("generations", self._probes.generations.shorten)
        self._probes.guard("running", self._probes.allocations.watch)
        live_bytes = self._probes.unseen_bytes()
        reason = self._schedule.due(self._probes.now_ns(), live_bytes)
        if reason is None or not self._take_if_affordable(reason):
            self._take_light()

    def next_tick_s(self):
        """Return the seconds until it is worth looking again."""
        engine = self._probes.allocations
        return self._schedule.tick_s(self._probes.now_ns(), engine.ticks, engine.follows)

    def take(self, reason, name):
        """Take a snapshot, whatever it costs, and tell the schedule what it did."""
        self.waits = False
        began_ns = _cpu_ns()
        size, live_bytes = self._probes.size(), self._probes.unseen_bytes()
        cost_ns = self._probes.take(reason, name)
        self._schedule.found_new(self._probes.found_new)
        # The engine's tables, by which it is estimated, keep the room our own
        # passing objects took: the next snapshot finds them as large.
        size = max(size, self._probes.size())
        self._schedule.spent_ns += _cpu_ns() - began_ns
        now_ns, written = self._probes.now_ns(), self._channel.written_bytes
        self._schedule.taken(now_ns, _busy_ns(), cost_ns, live_bytes, size, written)

    def take_last(self, reason):
        """Take the last snapshot if there is room for it."""
        if self.fits():
            self.take(reason, None)
        else:
            self._skip("memory", None)

    def look_closer(self):
        """Look at what the last snapshot counted, when nothing waits for us."""
        began_ns = _cpu_ns()
        epilogue.tell(self._probes)
        self._schedule.spent_ns += _cpu_ns() - began_ns

    def _look_midway(self):
        """Look at who owns what grew so far, if the budget allows; nothing is walked where none."""
        walk_ns = _WALK_NS + self._probes.tracked * graph.OWNERS_NS
        asked = self._probes.now_ns(), _used_ns(), walk_ns, self._probes.size()
        if self._schedule.affords_midway(*asked):
            began_ns = _cpu_ns()
            epilogue.tell_midway(self._probes, MIDWAY_LONGEST_NS)
            self._schedule.taken_midway(self._probes.now_ns(), _cpu_ns() - began_ns)

    def charge(self, work):
        """Run *work*, a look at cyclic garbage, if the budget allows; charge it."""
        began_ns = _cpu_ns()
        if self._schedule.affords_extra(self._probes.now_ns()):
            self._probes.guard("cycles", work)
        self._schedule.charge_extra(_cpu_ns() - began_ns)

    def fits(self):
        """Tell whether a snapshot's copies fit a quarter of the memory left."""
        copy = self._probes.copy_bytes()
        if copy < _COPY_WORTH_ASKING:
            return True
        headroom = process.headroom()
        return headroom is None or copy <= headroom // _HEADROOM_SHARE

    def _take_if_affordable(self, reason):
        """Take a snapshot that is due, or say once in a while why not; tell whether it was."""
        now_ns = self._probes.now_ns()
        # The first one, before the tracing, says nothing about the engine's cost.
        self._schedule.expect(self._probes.allocations.least_ns())
        if not self._schedule.affords(now_ns, _busy_ns(), self._probes.size()):
            why = "budget"
        elif not self.fits():
            why = "memory"
        else:
            self.take(reason, None)
            self._look_midway()
            return True
        if self._schedule.tells_skip(now_ns):
            self._skip(why, None)
        return False

    def _take_light(self):
        """Take a snapshot of blocks alone, if one is due and the engine follows them."""
        due = self._schedule.due_light(self._probes.now_ns())
        if due and self._probes.allocations.follows:
            began_ns = _cpu_ns()
            cost_ns = self._probes.take_light()
            self._schedule.spent_ns += _cpu_ns() - began_ns
            self._schedule.taken_light(self._probes.now_ns(), cost_ns)
            self.waits = True

    def _skip(self, reason, name):
        """Send that a snapshot is due and not taken."""
        self.waits = False
        now_ns = self._probes.now_ns()
        self._channel.send("skip", {"at_ns": now_ns, "name": name, "reason": reason})
