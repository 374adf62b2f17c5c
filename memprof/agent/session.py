"""The agent's one state: when to take snapshots, and how to begin and end.  Nothing raises."""

import os
import time
from _thread import allocate_lock, get_ident

from memprof.agent import (
    __builtins__,
    children,
    endings,
    forked,
    graph,
    hello,
)
from memprof.agent.channel import Channel
from memprof.agent.clib import trim
from memprof.agent.companion import Companion
from memprof.agent.forked import BRIEF, WAITING, WHOLE
from memprof.agent.probes import Probes
from memprof.agent.schedule import Schedule
from memprof.agent.settings import TARGET, Settings
from memprof.agent.spending import Spending

_clock_ns = time.perf_counter_ns
_getpid, _getppid = os.getpid, os.getppid

_WAIT_S = 30.0
_SOON_S = 0.0001
_WRITE_EVERY_NS = 200_000_000
_NEVER_S = 3600.0

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

    def __init__(self, settings, base_ns=None, stage=WHOLE):
        """
        Prepare every probe, and open the capture if it is the root's.

        Times count from *base_ns*, None for now.
        """
        self.settings = settings
        self.pid, self.ppid = _getpid(), _getppid()
        self.base_ns = _clock_ns() if base_ns is None else base_ns
        self.stage, self.version = stage, ""
        self._active = True
        self._lock = allocate_lock()
        self._owner = None
        # When records were written last.
        self._written_ns = 0
        self.channel = Channel(settings.capture if settings.role == "root" else None)
        self.send = self.channel.send
        root = os.path.dirname(os.path.dirname(__file__)) + os.sep
        self.probes = Probes(settings, self.channel, root, self.base_ns)
        self.probes.before_gap = self._snapshot
        self.schedule = Schedule(settings.interval_s, slowed=self.probes.allocations.slows)
        self.spending = Spending(self.probes, self.schedule, self.channel)
        self.companion = Companion(self._tick)

    def begin(self, tracked_before):
        """Start the thread, take the first snapshot, start the probes."""
        probes = self.probes
        endings.watch(self)
        if self.stage == BRIEF:
            return
        if probes.cycles is not None:
            probes.cycles.watch(probes.generations, self._charge)
        graph.adopt(tracked_before)
        # Before the tracing starts: nothing is live yet, and looking is cheap.
        self._snapshot("start")
        trim()
        probes.allocations.start()
        probes.generations.start()
        # Not before: its first look would count collections that the probe
        # does not, and what it frees would lie untraced in the free lists.
        self.companion.start()
        probes.process.own_threads = int(self.companion.is_running)
        graph.adopt_rest()
        # A program that collects often would pay for our objects each time.
        graph.withdraw()

    def say_hello(self, **more):
        """Send the first record."""
        engine, pids = (self.probes.engine, self.probes.engine_note), (self.pid, self.ppid)
        fields = hello.fields(self.settings, pids, engine, self.base_ns, self.version)
        self.send("hello", {**fields, **more})

    def say_footer(self, reason, code):
        """Send the last record."""
        counted = {"overhead_ns": self.schedule.spent_ns, "lost": self.channel.lost}
        at_ns = self.probes.now_ns()
        self.send("footer", {"at_ns": at_ns, "reason": reason, "code": code, **counted})

    def _enter(self, *stages, wait_s=_WAIT_S):
        """
        Take the lock, in *wait_s*; tell whether this thread may work: not while it does.

        Nor at another stage than *stages*, without any: than WHOLE.
        """
        if not self._active or self._owner == get_ident() or _getpid() != self.pid:
            return False
        if not self._lock.acquire(True, wait_s):
            return False
        if self.stage not in (stages or (WHOLE,)):
            self._lock.release()
            return False
        self._owner = get_ident()
        self.channel.hold()
        return True

    def _leave(self):
        """Give the lock free."""
        # Light snapshots wait a little: each write gives the interpreter away.
        now_ns = _clock_ns()
        if not self.spending.waits or now_ns - self._written_ns >= _WRITE_EVERY_NS:
            self.channel.let_go()
            self._written_ns, self.spending.waits = now_ns, False
        self.probes.allocations.settle()
        self._owner = None
        self._lock.release()

    def _within(self, work, *args):
        """Do *work* if this thread may."""
        if self._enter():
            try:
                work(*args)
            finally:
                self._leave()

    def _snapshot(self, reason):
        """Take a snapshot now, whatever it costs."""
        self._within(self.spending.take, reason, None)

    @_shielded
    def checkpoint(self, name):
        """Take a snapshot that the target names, if the budget allows."""
        self._begin_child()
        self._within(self.spending.checkpoint, name)

    @_shielded
    def _tick(self):
        """Look whether a snapshot is due; return the seconds to the next look."""
        if self.stage != WHOLE:
            wait_s = forked.waits_s(self)
            if wait_s and self.stage == WAITING:
                return wait_s
            self._begin_child()
            return _SOON_S if self.stage == WHOLE else _NEVER_S
        if self._enter(wait_s=0):
            try:
                self.spending.tick()
            finally:
                self._leave()
        return self.spending.next_tick_s()

    @_shielded
    def _charge(self, work):
        """Run *work*, a look at cyclic garbage, if the budget allows; charge it."""
        self._within(self.spending.charge, work)

    @_shielded
    def before_fork(self):
        """Stop the thread: neither we nor a lock of ours may be half there."""
        if self._active and self._owner != get_ident():
            self.companion.pause()

    @_shielded
    def after_fork_in_parent(self):
        """Go on."""
        if self._active and self._owner != get_ident():
            self.companion.resume()

    @_shielded
    def after_fork_in_child(self):
        """Leave the parent's capture; a child that is followed has one of its own, if it lives."""
        if not self._active:
            return
        within = self._owner == get_ident()
        self._lock, self._owner = allocate_lock(), None
        self.companion.forget()
        self.channel.abandon()
        self.ppid, self.pid, self.base_ns = self.pid, _getpid(), _clock_ns()
        if within or self.settings.children is None:
            # A signal's handler forked while we worked: half of it is done.
            self._active = False
            self.probes.generations.stop()
            self.probes.allocations.stop()
            return
        forked.inherit(self)
        # Never where the process ends with this thread: ours would keep it alive.
        if self.companion.is_in_first:
            self.companion.start()

    def _begin_child(self):
        """Tell of a child from now on, where that was still to come."""
        if self.stage == WAITING and self._enter(WAITING):
            try:
                self.probes.process.own_threads = int(self.companion.is_running)
                forked.begin(self)
            finally:
                self._leave()

    def _end_child(self, reason, code):
        """Tell of a child that was soon over, or had no room; begin with one that was not."""
        if reason == "exit":
            self.companion.stop()
        if not forked.waits_s(self):
            self._begin_child()
        if self._enter(WAITING, BRIEF):
            try:
                self._active = False
                self.probes.process.own_threads = int(self.companion.is_running)
                forked.tell_end(self, reason, code)
            finally:
                self._leave()
            self.channel.let_go()
            self.channel.close()
            self.probes.generations.stop()

    @_shielded
    def end(self, reason, code=None):
        """Take the last snapshot and close the capture; *reason* and exit *code* say how."""
        if not self._active or _getpid() != self.pid:
            return
        if self.stage != WHOLE:
            self._end_child(reason, code)
            if self.stage != WHOLE:
                return
        try:
            self.companion.stop()
            self.probes.process.own_threads = 0
            self._within(self.spending.take_last, reason)
            if reason in endings.ORDERLY:
                self.spending.look_closer()
        except KeyboardInterrupt:
            # A second Ctrl-C: the user does not want to wait for us.
            pass
        self._active = False
        self.channel.let_go()
        self.say_footer(reason, code)
        self.channel.close()
        self.probes.generations.stop()
        if reason == "exit":
            graph.readmit()


def prepare(environ):
    """Open the capture and say hello; nothing in a Python that was ended and begun again."""
    global _session
    if not graph.is_first():
        return
    from memprof import __version__

    settings, base_ns, created = Settings(environ), _clock_ns(), None
    if TARGET in environ:
        created = children.adopt(settings, environ, base_ns)
    is_told = settings.role == "root" or created is not None
    session = Session(settings, base_ns, WHOLE if is_told else BRIEF)
    session.version = __version__
    environ[TARGET] = str(session.pid)
    if created is not None:
        session.channel.take_over(*created)
        session.schedule.begin_again(children.CAPTURE_BYTES)
    if is_told:
        session.say_hello()
    _session = session


def begin(tracked_before):
    """
    Observe this process from now on.

    *tracked_before* is a list of the objects the collector tracked before the
    agent was imported, which is emptied: all others are ours.
    """
    if _session is not None:
        _session.begin(tracked_before)


def checkpoint(name):
    """Take a snapshot called *name*; see `memprof.checkpoint`."""
    if _session is not None:
        _session.checkpoint(name if type(name) is str else str(name))
