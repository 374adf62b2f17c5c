"""What was counted now and then, to tell at the end what has grown since the target was warm."""

from memprof.agent import __builtins__

WARM_UP = 5
"""The target is taken to be warm after this fraction of the run."""


class Earlier:
    """Keeps counts with their times, as few as can still be asked for."""

    def __init__(self):
        """Keep nothing yet."""
        # when, what, when, what, ...
        self._kept = []

    def clear(self):
        """Keep nothing."""
        self._kept.clear()

    def keep(self, at_ns, what):
        """Keep *what* was counted *at_ns*."""
        kept = self._kept
        kept += (at_ns, what)
        # However long the run becomes, it is not warm before this.
        while len(kept) > 2 and kept[2] <= at_ns // WARM_UP:
            del kept[:2]

    def since_warm(self, ran_ns):
        """
        Return what was counted when a run of *ran_ns* was warm, and whether it was by then.

        It is what was counted first between the end of the warm-up and twice that:
        a little later there are fewer of the imports.  Where there is nothing, the
        last before; None if there is none.
        """
        warm_ns = ran_ns // WARM_UP
        before = None
        for at in range(0, len(self._kept), 2):
            if self._kept[at] <= 2 * warm_ns:
                before = self._kept[at + 1]
            if warm_ns <= self._kept[at] <= 2 * warm_ns:
                return before, True
        return before, False
