"""The agent's one state: when to take snapshots, and how to begin and end.  Nothing raises."""

import os
import time
from _thread import allocate_lock, get_ident

from memprof.agent import __builtins__, endings, epilogue, graph, hello, process
from memprof.agent.channel import Channel
from memprof.agent.clib import trim
from memprof.agent.companion import Companion
from memprof.agent.probes import Probes
from memprof.agent.schedule import Schedule
from memprof.agent.settings import TARGET, Settings

_clock_ns, _cpu_ns, _busy_ns = time.perf_counter_ns, time.thread_time_ns, process.busy_ns
_getpid = os.getpid

_WAIT_S = 30.0
_WRITE_EVERY_NS = 200_000_000
_COPY_WORTH_ASKING = 32 << 20
_HEADROOM_SHARE = 4

_session = None


def _shielded(method):
    """Return *method* so that no error of ours leaves it; it goes to the capture."""

    def shielded(self, *args):
        try:
            return method(self, *args)
        except Exception as error:
            self.probes.tell_error(method.__name__, error)
            return None

    return shielded


class Session:
    """One process under observation."""

    def __init__(self, settings):
        """Open the capture and prepare every probe."""
        self.settings = settings
        self.pid = _getpid()
        self.base_ns = _clock_ns()
        self._active = True
        self._lock = allocate_lock()
        self._owner = None
        # When records were written last, and whether what there is may wait.
        self._written_ns, self._waits = 0, False
        self.channel = Channel(settings.capture)
        self.send = self.channel.send
        root = os.path.dirname(os.path.dirname(__file__)) + os.sep
        self.probes = Probes(settings, self.channel, root, self.base_ns)
        self.probes.before_gap = self._snapshot
        self.schedule = Schedule(settings.interval_s)
        self.companion = Companion(self._tick)

    def begin(self, tracked_before):
        """Start the thread, take the first snapshot, start the probes."""
        probes = self.probes
        endings.watch(self)
        if probes.cycles is not None:
            probes.cycles.watch(probes.generations, self._charge)
        graph.adopt(probes.names.type, tracked_before)
        tracked_before.clear()
        # Before the tracing starts: nothing is live yet, and looking is cheap.
        self._snapshot("start")
        graph.forget_dead(probes.names.type)
        # A program that collects often would pay for our objects each time.
        graph.withdraw()
        trim()
        probes.allocations.start()
        probes.generations.start()
        # Not before: its first look would count collections that the probe
        # does not, and what it frees would lie untraced in the free lists.
        self.companion.start()
        probes.process.own_threads = int(self.companion.is_running)

    def _enter(self):
        """Take the lock; tell whether this thread may work: it may not begin again inside."""
        if not self._active or self._owner == get_ident():
            return False
        if not self._lock.acquire(True, _WAIT_S):
            return False
        self._owner = get_ident()
        self.channel.hold()
        return True

    def _leave(self):
        """Give the lock free."""
        # Light snapshots wait a little: each write gives the interpreter away.
        now_ns = _clock_ns()
        if not self._waits or now_ns - self._written_ns >= _WRITE_EVERY_NS:
            self.channel.let_go()
            self._written_ns, self._waits = now_ns, False
        self.probes.allocations.settle()
        self._owner = None
        self._lock.release()

    def _snapshot(self, reason):
        """Take a snapshot now, whatever it costs."""
        if self._enter():
            try:
                self._take(reason, None)
            finally:
                self._leave()

    @_shielded
    def checkpoint(self, name):
        """Take a snapshot that the target names, if the budget allows."""
        if self._enter():
            try:
                size = self.probes.size()
                now_ns = self.probes.now_ns()
                if not self.schedule.affords_checkpoint(now_ns, _busy_ns(), size):
                    self._skip("budget", name)
                elif not self._fits():
                    self._skip("memory", name)
                else:
                    self._take("checkpoint", name)
            finally:
                self._leave()

    @_shielded
    def _tick(self):
        """Look whether a snapshot is due; return the seconds to the next look."""
        if self._enter():
            try:
                self.probes.guard("generations", self.probes.generations.shorten)
                self.probes.guard("running", self.probes.allocations.watch)
                live_bytes = self.probes.unseen_bytes()
                reason = self.schedule.due(self.probes.now_ns(), live_bytes)
                if reason is None or not self._take_if_affordable(reason):
                    self._take_light()
            finally:
                self._leave()
        return self.schedule.tick_s(self.probes.now_ns(), self.probes.allocations.ticks)

    def _take_if_affordable(self, reason):
        """Take a snapshot that is due, or say once in a while why not; tell whether it was."""
        now_ns = self.probes.now_ns()
        # The first one, before the tracing, says nothing about the engine's cost.
        self.schedule.expect(self.probes.allocations.least_ns())
        if not self.schedule.affords(now_ns, _busy_ns(), self.probes.size()):
            why = "budget"
        elif not self._fits():
            why = "memory"
        else:
            self._take(reason, None)
            return True
        if self.schedule.tells_skip(now_ns):
            self._skip(why, None)
        return False

    def _take_light(self):
        """Take a snapshot of blocks alone, if one is due and the engine follows them."""
        due = self.schedule.due_light(self.probes.now_ns())
        if due and self.probes.allocations.follows:
            began_ns = _cpu_ns()
            cost_ns = self.probes.take_light()
            self.schedule.spent_ns += _cpu_ns() - began_ns
            self.schedule.taken_light(self.probes.now_ns(), cost_ns)
            self._waits = True

    def _skip(self, reason, name):
        """Send that a snapshot is due and not taken."""
        self._waits = False
        self.send("skip", {"at_ns": self.probes.now_ns(), "name": name, "reason": reason})

    def _fits(self):
        """Tell whether a snapshot's copies fit a quarter of the memory left."""
        copy = self.probes.copy_bytes()
        if copy < _COPY_WORTH_ASKING:
            return True
        headroom = process.headroom()
        return headroom is None or copy <= headroom // _HEADROOM_SHARE

    def _take(self, reason, name):
        """Take a snapshot and tell the schedule what it cost."""
        self._waits = False
        began_ns = _cpu_ns()
        size, live_bytes = self.probes.size(), self.probes.unseen_bytes()
        cost_ns = self.probes.take(reason, name)
        self.schedule.found_new(self.probes.found_new)
        # The engine's tables, by which it is estimated, keep the room our own
        # passing objects took: the next snapshot finds them as large.
        size = max(size, self.probes.size())
        self.schedule.spent_ns += _cpu_ns() - began_ns
        now_ns, written = self.probes.now_ns(), self.channel.written_bytes
        self.schedule.taken(now_ns, _busy_ns(), cost_ns, live_bytes, size, written)

    @_shielded
    def _charge(self, work):
        """Run *work*, a look at cyclic garbage, if the budget allows; charge it."""
        if self._enter():
            try:
                began_ns = _cpu_ns()
                if self.schedule.affords_extra(self.probes.now_ns()):
                    self.probes.guard("cycles", work)
                cost_ns = _cpu_ns() - began_ns
                self.schedule.charge_extra(cost_ns)
            finally:
                self._leave()

    @_shielded
    def before_fork(self):
        """Stop the thread: neither we nor a lock of ours may be half there."""
        if self._active and self._owner != get_ident():
            self.companion.pause()

    @_shielded
    def after_fork_in_parent(self):
        """Go on."""
        if self._active:
            self.companion.resume()

    @_shielded
    def after_fork_in_child(self):
        """
        Let go: a child runs unharmed and writes nothing.

        Here a child of its own capture would begin.
        """
        if self._active:
            self._active = False
            self.companion.forget()
            self.channel.close()
            self.probes.generations.stop()
            self.probes.allocations.stop()

    @_shielded
    def end(self, reason):
        """Take the last snapshot and close the capture; *reason* says how."""
        if not self._active or _getpid() != self.pid:
            return
        try:
            self.companion.stop()
            self.probes.process.own_threads = 0
            self._take_last(reason)
        except KeyboardInterrupt:
            # A second Ctrl-C: the user does not want to wait for us.
            pass
        self._active = False
        fields = {
            "at_ns": self.probes.now_ns(),
            "reason": reason,
            "overhead_ns": self.schedule.spent_ns,
            "lost": self.channel.lost,
        }
        self.channel.let_go()
        self.send("footer", fields)
        self.channel.close()
        self.probes.generations.stop()
        if reason == "exit":
            graph.readmit()

    def _take_last(self, reason):
        """Take the last snapshot, and look closer where nothing waits for us."""
        if self._fits():
            self._snapshot(reason)
        else:
            self._skip("memory", None)
        if reason == "exit":
            began_ns = _cpu_ns()
            epilogue.tell(self.probes)
            self.schedule.spent_ns += _cpu_ns() - began_ns


def prepare(environ):
    """Open the capture, import what is needed and say hello; nothing is measured yet."""
    global _session
    from memprof import __version__

    session = Session(Settings(environ))
    environ[TARGET] = str(session.pid)
    engine = session.probes.engine, session.probes.engine_note
    session.send("hello", hello.fields(session.settings, engine, session.base_ns, __version__))
    _session = session


def begin(tracked_before):
    """
    Observe this process from now on.

    *tracked_before* is the ids of the objects the collector tracked before
    the agent was imported: all others are ours.
    """
    _session.begin(tracked_before)


def checkpoint(name):
    """Take a snapshot called *name*; see `memprof.checkpoint`."""
    if _session is not None:
        _session.checkpoint(name if type(name) is str else str(name))
