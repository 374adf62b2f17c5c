"""
Rounds: what the gains of one round after the other mean.

A leak keeps pace: twice the calls, twice the gain, in every round.  What warms
up, fills or alternates does not, and is told apart by calling more often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from memprof.analysis import verdicts
from memprof.analysis.origins import says_little
from memprof.model.rounds import (
    BLOCKS,
    BYTES,
    DESCRIPTORS,
    ITEMS,
    OBJECTS,
    ROUNDS,
    THREADS,
    CacheGain,
    Figure,
    Repeated,
    RoundSet,
    Traced,
)

SETS = 4
"""The first set, and three more of twice the calls each, before anything is accused."""

_FALL = 0.8
"""A gain per call below this share of what it was has fallen."""

_FALLS, _FEWEST = 2, 2
"""Falls that make a gain one that ends; sets without which nothing is said."""

_MOSTLY = 0.9
_ONCE_MORE = 1
_LEAST_BYTES = 0.5
"""Native bytes per call below which `malloc` only moves its own."""

_SPREAD = 2.0
"""Standard deviations by which rounds of a leak that comes by chance differ."""

_ORDER = {what: at for at, what in enumerate((THREADS, DESCRIPTORS, OBJECTS, BLOCKS, ITEMS, BYTES))}


@dataclass(frozen=True, slots=True)
class Strength:
    """What stays of each call: `per_call` of a `figure`, judged on `calls` calls."""

    figure: Figure
    per_call: float
    gained: int
    calls: int


@dataclass(frozen=True, slots=True)
class Growth:
    """
    What is said of one function.

    `strengths` are the figures that grew in every round of the last set, objects first;
    `faded` those that grew in the first set and no longer.
    """

    facts: Repeated
    verdict: str
    strengths: tuple[Strength, ...]
    faded: tuple[Strength, ...]
    caches: tuple[CacheGain, ...]

    @property
    def accuses(self) -> bool:
        """Say whether the function keeps what it should not."""
        return self.verdict in verdicts.ACCUSING


def growing(one: RoundSet, noise: int | None = None) -> tuple[Figure, ...]:
    """Return the figures that grew in every round of the set, by more than its *noise*."""
    least = one.noise if noise is None else noise
    found = [figure for figure, gains in one.gains.items() if _grew(figure, gains, one, least)]
    return tuple(sorted(found, key=_key))


def lasting(sets: Sequence[RoundSet]) -> tuple[Figure, ...]:
    """Return the figures that grew in every round of every one of *sets*."""
    # What a leak is lost in at first, it has left behind when it is called more often.
    found = growing(sets[-1], sets[-1].noise if len(sets) >= SETS else 0)
    for one in sets[:-1]:
        earlier = set(growing(one, 0))
        found = tuple(figure for figure in found if figure in earlier)
    return found


def next_calls(sets: Sequence[RoundSet]) -> int | None:
    """
    Return how many calls each round of one more set is to have; None if all is known.

    Nothing is accused before SETS sets.  One more is wanted where the gain fell and now
    stands still: a leak may be what is left of it.
    """
    left = lasting(sets)
    if not left or len(sets) >= SETS + _ONCE_MORE:
        return None
    if len(sets) >= SETS and not any(_stands_after_fall(sets, figure) for figure in left):
        return None
    return sets[-1].calls * 2


def judge(facts: Repeated) -> Growth:
    """Return what *facts* mean."""
    sets = facts.sets
    left = lasting(sets)
    leaking = tuple(figure for figure in left if _keeps_pace(sets, figure))
    last = sets[-1]
    if leaking and facts.cleared is not None:
        # What is left with the caches empty is not theirs.
        last, still = facts.cleared, set(growing(facts.cleared))
        leaking = tuple(figure for figure in leaking if figure in still)
    shown = leaking or left
    word = _word(facts, left, leaking)
    if facts.few and word not in verdicts.ACCUSING:
        # What stays of every third call need not show in each round.
        word = verdicts.INCONCLUSIVE
    return Growth(
        facts=facts,
        verdict=word,
        strengths=tuple(_strength(last if leaking else sets[-1], figure) for figure in shown),
        faded=tuple(_strength(sets[0], one) for one in growing(sets[0]) if one not in shown),
        caches=facts.caches,
    )


def _word(facts: Repeated, left: Sequence[Figure], leaking: Sequence[Figure]) -> str:
    """Return the verdict where of what is *left* growing some figures are *leaking*."""
    sets = facts.sets
    if len(sets) >= _FEWEST and leaking:
        return _accusation(facts, leaking)
    # `malloc` moves its own to and fro: of its bytes alone only what keeps pace says anything.
    if {figure.what for figure in (*left, *growing(sets[0]))} <= {BYTES} and not facts.cut:
        return verdicts.CLEAN
    if not left:
        return verdicts.SATURATING
    if len(sets) < _FEWEST:
        return verdicts.INCONCLUSIVE
    if facts.cleared is not None and any(_keeps_pace(sets, figure) for figure in left):
        return verdicts.CACHE
    saturates = all(_falls(sets, figure) >= _FALLS for figure in left)
    return verdicts.SATURATING if saturates else verdicts.INCONCLUSIVE


def _accusation(facts: Repeated, leaking: Sequence[Figure]) -> str:
    """Return the word for *leaking* figures: the one that says most of the way out."""
    kinds = {figure.what for figure in leaking}
    if THREADS in kinds:
        return verdicts.THREADS
    if DESCRIPTORS in kinds:
        return verdicts.DESCRIPTORS
    if any(one.maxsize is None and one.entries >= _weakest(facts, leaking) for one in facts.caches):
        return verdicts.UNBOUNDED_CACHE
    return verdicts.NATIVE_GROWTH if kinds == {BYTES} and not _is_python(facts) else verdicts.LEAK


def _weakest(facts: Repeated, leaking: Sequence[Figure]) -> float:
    """Return how many entries a cache must have gained at least to be what keeps *leaking*."""
    last = facts.sets[-1]
    gained = [sum(last.gains.get(one, (0,))) for one in leaking if one.what == OBJECTS]
    return _MOSTLY * min([*gained, last.calls * ROUNDS])


def _is_python(facts: Repeated) -> bool:
    """Say whether Python objects account for half of the native bytes that grew."""
    traced = facts.traced
    if traced is None:
        return False
    calls = traced.calls * traced.rounds
    if any((keeper.items or 0) * 2 >= calls for keeper in traced.keepers):
        return True
    return traced_bytes(traced) >= 0.5 * _per_call(facts.sets[-1], Figure(BYTES))


def traced_bytes(traced: Traced) -> float:
    """Return the bytes that stay of each call, as they were traced."""
    calls = traced.calls * traced.rounds
    return sum(sum(place.size_bytes) for place in traced.places) / calls


def _grew(figure: Figure, gains: Sequence[int], one: RoundSet, noise: int) -> bool:
    """Say whether every one of *gains*, of a figure of the set *one*, is more than *noise*."""
    if figure.what == BYTES:
        return min(gains) >= _LEAST_BYTES * one.calls
    return min(gains) > (noise if figure.what in {BLOCKS, ITEMS} else 0)


def _per_call(one: RoundSet, figure: Figure) -> float:
    """Return what each call of a set gained."""
    gains = one.gains.get(figure, (0,))
    return sum(gains) / (len(gains) * one.calls)


def _falls(sets: Sequence[RoundSet], figure: Figure) -> int:
    """Return how often the gain per call fell from one set to the next."""
    rates = [_per_call(one, figure) for one in sets]
    return sum(after < _FALL * before for before, after in pairwise(rates))


def _fell(sets: Sequence[RoundSet], figure: Figure) -> bool:
    """Say whether the gain per call is well below what it was."""
    return _per_call(sets[-1], figure) < _FALL * _per_call(sets[0], figure)


def _stands(one: RoundSet, figure: Figure) -> bool:
    """Say whether the rounds of a set gained alike: the last no less than chance has it."""
    first, last = one.gains[figure][0], one.gains[figure][-1]
    return last >= 0.9 * first or first - last <= _SPREAD * sqrt(max(first, 0))


def _stands_after_fall(sets: Sequence[RoundSet], figure: Figure) -> bool:
    """Say whether the gain fell, and its last set stands still."""
    return _fell(sets, figure) and _stands(sets[-1], figure)


def _keeps_pace(sets: Sequence[RoundSet], figure: Figure) -> bool:
    """Say whether the gain is a leak's: it did not fall, or what is left of it stands still."""
    if len(sets) == 1:
        return True
    if not _fell(sets, figure):
        return True
    still = sets[-2:]
    return len(sets) > SETS and not _fell(still, figure) and _stands(sets[-1], figure)


def _strength(one: RoundSet, figure: Figure) -> Strength:
    """Return what each call of the set *one* gained of *figure*."""
    gains = one.gains.get(figure, (0,))
    return Strength(figure, _per_call(one, figure), sum(gains), one.calls * len(gains))


def _key(figure: Figure) -> tuple[int, bool, str, str]:
    """Return what a figure sorts by: builtins, and what is written in C, say least."""
    kind = figure.type
    if kind is None:
        return _ORDER[figure.what], False, "", ""
    return _ORDER[figure.what], says_little(kind), kind.module, kind.qualname
