"""
Rounds: a function called again and again, and what is there after each round.

The loop runs in the user's process, in a test or a notebook too; it needs no
session.  Nothing is allocated between two looks but by the function.
"""

from itertools import repeat
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
)
from memprof.agent.clearing import clear_caches
from memprof.agent.counts import Counts, full_collections

WARM_UP = 5
"""Rounds before the first that counts, as CPython's own test has them."""

ROUNDS = 4
"""Rounds of a set: what grows in all four does not grow by chance."""

# pytest leaves out frames with this among their globals: the function that
# failed is what its user wants to see.
__tracebackhide__ = True


class Rounds:
    """Calls a function in rounds; `made` counts the calls."""

    def __init__(self, run, clear, noise=0):
        """
        Call *run*(calls), which calls the function so many times.

        *clear*: empty the interpreter's caches after each round.  *noise* blocks of each
        round are somebody else's.
        """
        self.noise = noise
        self._run = run
        self._clear = clear_caches if clear else None
        self.counts = Counts(ROUNDS + 1)
        self.made = 0

    def round(self, calls):
        """Call the function *calls* times and leave nothing in the interpreter's caches."""
        self._run(calls)
        if self._clear is not None:
            self._clear()

    def warm_up(self, most, budget_ns):
        """
        Run the rounds that do not count; return how many calls a round is to have.

        At most *most*, and so many that all rounds of a set and these take *budget_ns*.
        """
        share_ns = budget_ns // (WARM_UP + ROUNDS)
        # The first calls import and connect: a second look at the clock is fairer.
        calls = self._calls_within(share_ns, most)
        calls = max(calls, self._calls_within(share_ns, most))
        # As in `take`: what a set meets for the first time is not to be new to us.
        for row in _ROWS[2:]:
            self.round(calls)
            self.made += calls
            if row % 2 == 0:
                self.counts.look(row, quick=True)
        return calls

    def _calls_within(self, share_ns, most):
        """Return how often the function can be called within *share_ns*, having done so."""
        run, made, step = self._run, 0, 1
        began_ns = perf_counter_ns()
        while step:
            run(step)
            made += step
            spent_ns = perf_counter_ns() - began_ns
            # As many again, if there is the time for them.
            fitting = made * (share_ns - spent_ns) // max(spent_ns, 1)
            step = max(min(made, most - made, fitting), 0)
        self.made += made
        if self._clear is not None:
            self._clear()
        return made

    def emptying(self, empty):
        """Return a context in which *empty*() is called after each round too."""
        return _Emptying(self, empty)

    def take(self, calls, *, quick=False):
        """
        Run one set of rounds of *calls* each; return the gains, as `Counts.gains`.

        *quick*, as `Counts.look`: then there may be no answer, None, and what gained may
        have been garbage.
        """
        look, before = self.counts.look, full_collections()
        # The loop itself is there at the first look: it takes two blocks.
        for row in _ROWS:
            if row:
                self.round(calls)
            look(row, quick=quick)
        self.made += calls * ROUNDS
        # What was garbage before goes when the collector comes by itself, and hides as much.
        if quick and full_collections() - before != len(_ROWS):
            return None
        return self.counts.gains(ROUNDS + 1)


class _Emptying:
    """While it lasts, something more is emptied after each round."""

    def __init__(self, rounds, empty):
        """Have *rounds* call *empty*() too; now as well, for what is there."""
        self._rounds, self._empty, self._before = rounds, empty, rounds._clear

    def __enter__(self):
        """Begin."""
        empty, before = self._empty, self._before

        def clear():
            empty()
            if before is not None:
                before()

        clear()
        self._rounds._clear = clear

    def __exit__(self, *_):
        """End."""
        self._rounds._clear = self._before


_ROWS = tuple(range(ROUNDS + 1))


def repeated(function, args, unfinished=(None, None, None), finish=None):
    """
    Return run(calls), which calls *function*(*args) so many times and drops what it returns.

    What is of one of three types, *unfinished*, is handed to *finish*: calling alone ran nothing.
    """
    # Compared one by one: nothing is allocated, and no metaclass is asked what is equal.
    first, second, third = unfinished

    def run(calls):
        for _ in repeat(None, calls):
            made = function(*args)
            kind = type(made)
            if kind is first or kind is second or kind is third:
                finish(made)
            made = None

    return run
