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
from _thread import allocate_lock, get_native_id, start_new_thread

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
    """Calls `work` again and again until stopped; `work` says when next."""

    def __init__(self, work):
        """Call *work*, which returns the seconds to wait, None if it failed."""
        self._work = work
        # What a thread needs, kept for the next one: locks, all held, and its code.
        self._kit = None
        self._stop = None
        self._done = None
        self._handle = None
        self._native_id = None
        self._soon = None
        self._forker = None
        self._tries = 0

    def start(self):
        """Begin, unless it already runs or the system allows no thread."""
        if self._stop is not None:
            return
        self._kit = self._kit or self._made()
        began, stop, self._done, body = self._kit
        # A signal that the target blocks must stay pending, and one that it
        # does not block is for its own threads to take: ours inherits this.
        # Two calls: each runs the handlers that wait, and they may raise.
        mask = _mask(_SIG_BLOCK, ())
        try:
            _mask(_SIG_BLOCK, _ALL_SIGNALS)
            if start_joinable_thread is None:
                start_new_thread(body, ())
            else:
                self._handle = start_joinable_thread(body, daemon=True)
            # Or the number of threads would change under the target's eyes.
            if not began.acquire(True, _JOIN_S):
                self._kit = None
        except RuntimeError:
            # No thread can be had: snapshots come at checkpoints and the end.
            return
        finally:
            _mask(_SIG_SETMASK, mask)
        self._stop = stop

    def _made(self):
        """Return three new locks, held, and the code of a thread that has them."""
        began, stop, done = locks = allocate_lock(), allocate_lock(), allocate_lock()
        for lock in locks:
            lock.acquire()
        run = self._run
        return *locks, lambda: run(began, stop, done)

    @property
    def is_running(self):
        """Whether the process has a thread of ours."""
        return self._stop is not None

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

    def stop(self):
        """End the thread and wait until the system has forgotten it."""
        if self._stop is None:
            return
        self._stop.release()
        graph.ring()
        self._stop = None
        if self._done.acquire(True, _JOIN_S):
            if self._handle is not None:
                self._handle.join()
                self._handle = None
            # Even past its last line it may hold the allocator's locks, which a
            # forked child would then wait for for ever.
            self._await_gone()
        else:
            self._kit = None

    def pause(self):
        """Stop for a fork; to be called from the fork's own hook."""
        frame = _frame(1)
        while frame is not None and frame.f_code.co_filename.startswith(_OURS):
            frame = frame.f_back
        self._forker = id(frame)
        self.stop()

    def resume(self):
        """
        Begin again after a fork, but not before the fork has returned.

        3.13 counts the threads, and warns, when all hooks have run.
        """
        if _WARNS_AT_FORK and self._soon is None:
            self._soon = clib.later(self._resume)
        self._tries = _RESUME_TRIES
        if self._soon is None or not self._soon():
            self.start()

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
        self.start()

    def forget(self):
        """Know of no thread: a forked child has none."""
        self._kit = self._stop = self._handle = None

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
