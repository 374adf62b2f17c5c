"""Growth: call something in rounds, and say whether it keeps anything."""

import functools
import gc
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter_ns
from typing import Any, ParamSpec, TypeVar, overload

from memprof.agent import births, counts, filling
from memprof.agent.rounds import Rounds
from memprof.analysis import rounds as judging
from memprof.analysis import verdicts
from memprof.analysis.rounds import Growth
from memprof.errors import GrowthError
from memprof.exact.calls import Calls, aside, in_loop, may_await
from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.model.rounds import (
    BLOCKS,
    BYTES,
    DESCRIPTORS,
    ITEMS,
    OBJECTS,
    THREADS,
    Birthplace,
    CacheGain,
    Figure,
    Keeper,
    Repeated,
    RoundSet,
    Traced,
)
from memprof.report import repeat

CALLS = 50
"""Calls of a round, if they are quick: one object in 40 calls shows in each."""

FEWEST_CALLS = 10
"""Calls of a round, where time allows no more of a slow function, without which none is clean."""

_QUICK_S, _LONGEST_S = 1.0, 30.0
_FIRST_SHARE = 0.15
"""Of the time, what a slow function's warm-up and first set take: there may be more sets."""

_NS = 1_000_000_000
_FOR_EVER_NS = 1 << 62
_NOISE = 64
"""Blocks that the agent of `memprof run` takes for a round: its log of the collections."""

_WHAT = {
    counts.BLOCKS: BLOCKS,
    counts.NATIVE: BYTES,
    counts.DESCRIPTORS: DESCRIPTORS,
    counts.THREADS: THREADS,
    counts.ITEMS: ITEMS,
}
_P = ParamSpec("_P")
_R = TypeVar("_R")


class GrowthWarning(UserWarning):
    """Whether something keeps what it should not could not be told."""


def measure(
    function: Callable[..., object],
    *args: object,
    calls: int | None = None,
    clear_caches: bool = True,
    limit_s: float = _LONGEST_S,
    name: str | None = None,
) -> Growth:
    """
    Call *function*(*args) in rounds and return what is said of it.

    *calls* is how often in each round: CALLS, or fewer where that would take more
    than a seventh of *limit_s*, and more than a second.  *clear_caches*: empty the
    interpreter's own caches after each round.
    No more sets are begun after *limit_s* seconds.  What *function* raises
    is raised; coroutine functions are awaited.  ValueError: there are no such *calls*.
    """
    __tracebackhide__ = True  # pytest shows the function that failed, not us
    asked: object = calls
    if asked is not None and (not isinstance(asked, int) or asked < 1):
        message = f"calls={calls!r}: of a round they are a whole number, 1 or more"
        raise ValueError(message)

    def work() -> Growth:
        __tracebackhide__ = True
        with counts.Undisturbed() as run, Calls(function, args) as called:
            rounds = Rounds(called.run, clear_caches, _NOISE if run.inside else 0)
            found = _measure(rounds, name or _name_of(function), calls, limit_s)
        return replace(found, facts=replace(found.facts, inside_run=run.inside))

    if in_loop() and may_await(function):
        found: Growth = aside(work)
        return found
    return work()


def assert_no_growth(
    function: Callable[..., object],
    *args: object,
    calls: int | None = None,
    clear_caches: bool = True,
    limit_s: float = _LONGEST_S,
) -> Growth:
    """
    Raise GrowthError if *function*(*args) keeps something of each call; else return what was seen.

    The arguments are those of `measure`.  Where it could not be told, there is a
    GrowthWarning.
    """
    __tracebackhide__ = True
    found = measure(function, *args, calls=calls, clear_caches=clear_caches, limit_s=limit_s)
    if found.accuses:
        raise GrowthError(repeat.text(found), found)
    if found.verdict == verdicts.INCONCLUSIVE:
        warnings.warn(repeat.text(found), GrowthWarning, stacklevel=2)
    return found


@overload
def no_growth(function: Callable[_P, _R], /) -> Callable[_P, None]: ...
@overload
def no_growth(
    *, calls: int | None = ..., clear_caches: bool = ..., limit_s: float = ...
) -> Callable[[Callable[_P, _R]], Callable[_P, None]]: ...
def no_growth(function: Callable[..., object] | None = None, /, **options: Any) -> Any:
    """
    Make of a function one that calls it in rounds and raises GrowthError if it keeps something.

    As a decorator with or without arguments, those of `assert_no_growth`.  What the
    function returns is dropped.
    """
    if function is None:
        return functools.partial(no_growth, **options)

    @functools.wraps(function)
    def asserted(*args: object, **keywords: object) -> None:
        called = functools.partial(function, *args, **keywords)
        assert_no_growth(called, **options)

    # An `async` test would be awaited by whoever finds it so; this one awaits by itself.
    return asserted


def _measure(rounds: Rounds, name: str, calls: int | None, limit_s: float) -> Growth:
    """Run the sets that are needed and judge them."""
    __tracebackhide__ = True
    ends_ns = perf_counter_ns() + int(limit_s * _NS)
    # Who says how many has them, however long they take.
    budget_s = max(_QUICK_S, _FIRST_SHARE * limit_s)
    budget_ns = int(budget_s * _NS) if calls is None else _FOR_EVER_NS
    first = rounds.warm_up(calls or CALLS, budget_ns)
    before = _collected()
    sets = [_first_set(rounds, first)]
    collected = _collected() - before
    cut, caches = False, {}
    spent_ns = 0
    while (wanted := judging.next_calls(sets)) is not None:
        began_ns = perf_counter_ns()
        # It takes twice what the last one took.
        cut = began_ns + 2 * spent_ns > ends_ns
        if cut:
            break
        caches = filling.sizes()
        sets.append(_take(rounds, wanted))
        spent_ns = perf_counter_ns() - began_ns
    rows = filling.grown(caches) if caches and judging.lasting(sets) else []
    del caches
    facts = Repeated(
        name=name,
        made=0,
        sets=tuple(sets),
        caches=tuple(CacheGain(*row[1:]) for row in rows),
        cleared=_cleared(rounds, [row[0] for row in rows if row[3] is not None], sets[-1].calls),
        traced=None,
        collected=collected,
        cut=cut,
        few=calls is None and first < FEWEST_CALLS,
    )
    del rows
    found = judging.judge(replace(facts, made=rounds.made))
    if found.accuses:
        kinds = [one.figure.type for one in found.strengths if one.figure.type]
        growing = [(kind.module, kind.qualname) for kind in kinds]
        traced = _traced(rounds, first, growing)
        if not traced.places and first < sets[-1].calls:
            # What grows in steps needs as many calls as it was seen to grow in.
            traced = _traced(rounds, sets[-1].calls, growing)
        facts = replace(facts, traced=traced, made=rounds.made)
        found = judging.judge(facts)
    return found


def _first_set(rounds: Rounds, calls: int) -> RoundSet:
    """Run a set; most functions keep nothing, and that is seen at little cost."""
    gains = rounds.take(calls, quick=True)
    if gains is not None:
        found = _told(rounds, calls, gains)
        if judging.next_calls([found]) is None:
            return found
    return _take(rounds, calls)


def _take(rounds: Rounds, calls: int) -> RoundSet:
    """Run one set of rounds."""
    return _told(rounds, calls, rounds.take(calls))


def _told(rounds: Rounds, calls: int, gains: Sequence[tuple[int, list[int]]]) -> RoundSet:
    """Return the set of rounds that had these *gains*, as `Counts.gains`."""
    columns = [column for column, _ in gains if column >= counts.FIXED]
    types = dict(zip(columns, rounds.counts.type_names(columns), strict=True))
    found: dict[Figure, tuple[int, ...]] = {}
    for column, gained in gains:
        kind = types.get(column)
        figure = Figure(_WHAT[column]) if kind is None else Figure(OBJECTS, Type(*kind))
        found[figure] = tuple(gained)
    return RoundSet(calls, found, rounds.noise)


def _cleared(rounds: Rounds, caches: Sequence[Any], calls: int) -> RoundSet | None:
    """Run a set with *caches* emptied after each round; None where there are none."""
    if not caches:
        return None
    with rounds.emptying(filling.emptier(caches)):
        return _take(rounds, calls)


def _traced(rounds: Rounds, calls: int, growing: Sequence[tuple[str, str]]) -> Traced:
    """Run a few rounds more, traced; *growing* are the types to look for."""
    by, places, keepers = births.trace(rounds.round, calls, growing)
    rounds.made += calls * (births.ROUNDS + 1)
    return Traced(
        calls=calls,
        rounds=births.ROUNDS,
        by=by,
        places=tuple(
            Birthplace(
                tuple(Frame(*frame) for frame in stack),
                tuple(blocks),
                tuple(sizes),
                None if kind is None else Type(*kind),
            )
            for stack, blocks, sizes, kind in places
        ),
        keepers=tuple(
            Keeper(owner, Type(*kind), held, total, items)
            for owner, kind, held, total, items in keepers
        ),
    )


def _collected() -> int:
    """Return how many objects the collector ever found in cycles."""
    stats: Sequence[Mapping[str, int]] = gc.get_stats()
    return sum(one["collected"] for one in stats)


def _name_of(function: object) -> str:
    """Return what *function* is called in the report."""
    while isinstance(function, functools.partial):
        function = function.func
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{module}.{name}" if isinstance(module, str) else str(name)
