"""The engine `off`: no block is traced."""

from memprof.agent import (
    __builtins__,
    tracebacks,
)


class Untraced:
    """Claims nothing."""

    callbacks = ((), ())
    tables_in_malloc = True
    follows = False
    slows = False
    # Nothing here makes a snapshot due early.
    ticks = 1
    origins = None
    tracebacks_of = staticmethod(tracebacks.tracebacks_of)

    def start(self):
        """Trace nothing."""

    def note_fork(self):
        """Note nothing."""

    @staticmethod
    def begin_again(_base_ns):
        """Return that no function is known."""
        return []

    def stop(self):
        """Trace nothing."""

    @staticmethod
    def live_bytes():
        """Return 0: the schedule then goes by time alone."""
        return 0

    @staticmethod
    def tables_bytes():
        """Return 0: there are no tables."""
        return 0

    @staticmethod
    def untold_bytes():
        """Return 0: all of the tables is told."""
        return 0

    @staticmethod
    def served_bytes():
        """Return None: there are no blocks."""

    @staticmethod
    def copy_bytes():
        """Return 0: there is nothing to copy."""
        return 0

    @staticmethod
    def estimated_blocks():
        """Return 0: there is nothing to copy."""
        return 0

    @staticmethod
    def least_ns():
        """Return 0: there is nothing to copy."""
        return 0

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
        """Leave the free lists alone."""

    @staticmethod
    def look():
        """Look at nothing."""

    @staticmethod
    def tell(_looked, _send, _at_ns, _closely):
        """Return (live bytes, live blocks, peak bytes, own bytes)."""
        return None, None, None, 0

    def tell_closely(self, send):
        """Send nothing."""
