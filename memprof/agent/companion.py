"""
The thread that takes snapshots while the target runs.

It is not one of `threading`'s, so the target does not meet it, and nobody sees
it while it waits: not even who dumps the stacks of all threads.  It is gone at
every fork: Python 3.12 and later warn when a process with threads forks.
"""

import _signal
import os
import sys
import time
from _thread import allocate_lock, get_ident, get_native_id, start_new_thread

from memprof.agent import __builtins__, clib, graph

try:
    from _thread import start_joinable_thread
except ImportError:
    start_joinable_thread = None

_stat = os.stat
_frame = sys._getframe
_OURS = os.path.dirname(__file__) + os.sep
_sleep, _monotonic = time.sleep, time.monotonic

_mask = _signal.pthread_sigmask
_SIG_BLOCK, _SIG_SETMASK = _signal.SIG_BLOCK, _signal.SIG_SETMASK
_ALL_SIGNALS = _signal.valid_signals()

_AFTER_FAILURE_S = 1.0
_JOIN_S = 10.0
_GONE_S = 0.2
_RESUME_TRIES = 100

_WAITS = tuple((True, 1e-4 * 1.25**step) for step in range(64))
"""What a wait is asked by, 0.1 ms to two minutes: made now, so that no look finds a new one."""

_WARNS_AT_FORK = sys.version_info >= (3, 12)


class Companion:
    """
    Calls `work` again and again while it is wanted and no fork is under way; `work` says when next.

    Threads may fork at once, and handlers of signals in the midst of our own hooks:
    who changes what is wanted sees to it, in turn, that it is so.
    """

    def __init__(self, work):
        """Call *work*, which returns the seconds to wait, None if it failed."""
        self._work = work
        self._wanted = False
        self._pauses = 0
        self._turn = allocate_lock()
        # The thread whose turn it is.
        self._holder = None
        # What a thread needs, kept for the next one: locks, all held, and its code.
        self._kit = None
        self._stop = None
        self._done = None
        self._stopping = False
        self._handle = None
        self._native_id = None
        # The thread that the process began with, None if that is not this one.
        self._first = get_ident() if get_native_id() == os.getpid() else None
        self._soon = None
        self._forker = None
        self._tries = 0

    def start(self):
        """Begin, unless it already runs or the system allows no thread."""
        self._wanted = True
        self._settle()

    def stop(self):
        """End the thread and wait until the system has forgotten it."""
        self._wanted = False
        self._settle()

    @property
    def is_running(self):
        """Whether the process has a thread of ours."""
        return self._stop is not None

    @property
    def is_in_first(self):
        """
        Whether this is the thread that the process began with, or goes back to by forks.

        In a child of any other it is the only one, and ends the process with it,
        unless there is ours.
        """
        return get_ident() == self._first

    def pause(self):
        """Stop for a fork; to be called from the fork's own hook."""
        frame = _frame(1)
        while frame is not None and frame.f_code.co_filename.startswith(_OURS):
            frame = frame.f_back
        self._forker = id(frame)
        self._pauses += 1
        self._settle()

    def resume(self):
        """
        Begin again after a fork, but not before the fork has returned.

        3.13 counts the threads, and warns, when all hooks have run.  Of a fork by
        another thread than the first it warns in any case, and the first may wait
        for ever before it next does what it was asked to.
        """
        self._pauses = max(self._pauses - 1, 0)
        if self._pauses:
            return
        if _WARNS_AT_FORK and self._soon is None:
            self._soon = clib.later(self._resume)
        self._tries = _RESUME_TRIES
        if not self.is_in_first or self._soon is None or not self._soon():
            self._settle()

    def _resume(self):
        """Begin again if the caller of fork runs; else it is still in a hook."""
        self._tries -= 1
        try:
            caller = id(_frame(2))
        except ValueError:
            # Asked of a thread at its end, which has no frame left.
            caller = self._forker
        if caller != self._forker and self._tries and self._soon():
            return
        self._settle()

    def forget(self):
        """Know of no thread and want none, as a forked child; nor of another whose turn it was."""
        self._turn, self._holder = allocate_lock(), None
        self._wanted, self._pauses = False, 0
        self._kit = self._stop = self._handle = None
        self._stopping = False

    def _settle(self):
        """Have a thread if one is wanted and no fork is under way, else none."""
        if self._holder == get_ident():
            # A handler forks within this very function, which will see to the rest.
            if self._stop is not None:
                self._finish()
            return
        # By `with`: nothing comes between the lock and what gives it free.
        with self._turn:
            self._holder = get_ident()
            try:
                while (self._wanted and not self._pauses) != self.is_running:
                    if self.is_running:
                        self._finish()
                    elif not self._begin():
                        break
            finally:
                self._holder = None

    def _begin(self):
        """Start a thread; tell whether there is one."""
        self._kit = self._kit or self._made()
        began, stop, self._done, body = self._kit
        # Who waited last for the end of a thread has left it free.
        self._done.acquire(False)
        # A signal that the target blocks must stay pending, and one that it
        # does not block is for its own threads to take: ours inherits this.
        # Two calls: each runs the handlers that wait, and they may raise.
        mask = _mask(_SIG_BLOCK, ())
        try:
            _mask(_SIG_BLOCK, _ALL_SIGNALS)
            self._stop = stop
            if start_joinable_thread is None:
                start_new_thread(body, ())
            else:
                self._handle = start_joinable_thread(body, daemon=True)
            # Or the number of threads would change under the target's eyes.
            if not began.acquire(True, _JOIN_S):
                self._kit = None
        except RuntimeError:
            # No thread can be had: snapshots come at checkpoints and the end.
            self._stop = None
            return False
        finally:
            _mask(_SIG_SETMASK, mask)
        return True

    def _made(self):
        """Return three new locks, held, and the code of a thread that has them."""
        began, stop, done = locks = allocate_lock(), allocate_lock(), allocate_lock()
        for lock in locks:
            lock.acquire()
        run = self._run
        return *locks, lambda: run(began, stop, done)

    def _run(self, began, stop, done):
        """Give *began* free; work until *stop* can be had; give *done* free at the end."""
        self._native_id, acquire = get_native_id(), stop.acquire
        # Some are set for all threads at once, and ours is none of the target's.
        clib.hide_from_tracing()
        began.release()
        try:
            wait_s = 0.0
            while not graph.unseen(acquire, _wait(wait_s)):
                wait_s = self._work() or _AFTER_FAILURE_S
        finally:
            done.release()

    def _finish(self):
        """End the thread; a handler may do so while this thread does."""
        stop, done = self._stop, self._done
        if not self._stopping:
            self._stopping = True
            stop.release()
            graph.ring()
        ended = done.acquire(True, _JOIN_S)
        if ended:
            # For whoever else waits for it.
            done.release()
        if self._stop is not stop:
            # A handler forked and saw to it, or this is the child.
            return
        if ended:
            if self._handle is not None:
                self._handle.join()
            # Even past its last line it may hold the allocator's locks, which a
            # forked child would then wait for for ever.
            self._await_gone()
        else:
            self._kit = None
        self._stop = self._handle = None
        self._stopping = False

    def _await_gone(self):
        """Wait until the kernel no longer counts the thread."""
        deadline = _monotonic() + _GONE_S
        path = f"/proc/self/task/{self._native_id}"
        while _monotonic() < deadline:
            try:
                _stat(path)
            except OSError:
                return
            _sleep(0)


def _wait(wait_s):
    """Return what of `_WAITS` is next above *wait_s*."""
    for wait in _WAITS:
        if wait[1] >= wait_s:
            return wait
    return wait
