"""
Alignment: which lines of a file are the same lines of a later or earlier version of it.

A capture has no source: only lines at which functions allocated.  An edit
moves all that stand below it by as much, so the lines are matched in order,
each with one of the same function, with as few changes of the offset as pay.
A line that allocates other blocks, or by far more of them, is less likely the
same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log2
from typing import TypeAlias

Line: TypeAlias = tuple[int, str]
"""A line of a file and the function it is in."""

Pair: TypeAlias = tuple[int, int]
"""Places in the older and the newer sequence of lines."""

Amounts: TypeAlias = Sequence[tuple[int, int] | None]
"""The bytes and blocks that each line holds, None where it holds none or they are not known."""

# A pair pays for a change of the offset, unless it allocates by far other blocks.
_MATCH, _CHANGE, _ALIKE = 20, 7, 4
_UNLIKE_PER_OCTAVE, _MOST_UNLIKE = 4, 14

# A line that stands is the same, although another is more like what it was.
_MOST_UNLIKE_STANDING = _CHANGE - _ALIKE

# How many blocks there are changes from run to run; how large they are does not.
_OCTAVES_OF_COUNT = 0.25
_ANY = 0.5
"""What counts as the number of no blocks."""

_FEW_LINES = 20
"""How far a line alone may have moved within a function whose other lines are known."""

_MOST_PAIRS, _OFFSETS, _ASKED = 40_000, 32, 200
"""For longer functions only the offsets that many lines speak for are tried."""

_Score: TypeAlias = tuple[int, int]
"""What a chain of pairs is worth, and less what its offsets jump."""


class _Chain:
    """A pair, its offset, and the chain before it; `score` is of all of them."""

    __slots__ = ("before", "offset", "pair", "score")

    def __init__(self, pair: Pair, offset: int, before: "_Chain | None", score: _Score) -> None:
        self.pair, self.offset, self.before, self.score = pair, offset, before, score


@dataclass(frozen=True, slots=True)
class _Code:
    """The lines of a file, and what they allocated."""

    lines: Sequence[Line]
    amounts: Amounts

    def only(self, places: Sequence[int]) -> "_Code":
        """Return what is at *places*."""
        return _Code([self.lines[one] for one in places], [self.amounts[one] for one in places])


def align(
    old: Sequence[Line], new: Sequence[Line], old_amounts: Amounts = (), new_amounts: Amounts = ()
) -> list[Pair]:
    """
    Return the places of the lines of *old* and *new* that are the same, ascending.

    Both are sorted and without duplicates; the amounts are by place, or not
    given.  With the two exchanged the pairs are the same ones, exchanged.
    """
    if old == new:
        return [(place, place) for place in range(len(old))]
    # Of equal choices one is taken: which, must not depend on the direction.
    if tuple(old) > tuple(new):
        return sorted((one, other) for other, one in align(new, old, new_amounts, old_amounts))
    here = _Code(old, old_amounts or [None] * len(old))
    there = _Code(new, new_amounts or [None] * len(new))
    found = _without_strays(_best(here, there, free=False), old, new)
    found += _moved_functions(here, there, found)
    return sorted([*found, *_renamed(old, new, sorted(found))])


def _moved_functions(old: _Code, new: _Code, found: list[Pair]) -> Iterator[Pair]:
    """Yield the pairs of functions of which no line is in order: they went elsewhere."""
    known = {old.lines[place][1] for place, _ in found}
    here, there = _by_function(old.lines), _by_function(new.lines)
    for function in sorted(here.keys() & there.keys() - known):
        mine, theirs = here[function], there[function]
        pairs = _best(old.only(mine), new.only(theirs), free=True)
        yield from ((mine[one], theirs[other]) for one, other in pairs)


def _renamed(old: Sequence[Line], new: Sequence[Line], found: list[Pair]) -> Iterator[Pair]:
    """
    Yield the pairs of lines that are in a function here and in the one around it there.

    A line where a function is made and runs too has the name of either, and
    engines differ in which.
    """
    at = defaultdict(list)
    for other in sorted({*range(len(new))} - {other for _, other in found}):
        at[new[other][0]].append(other)
    known = dict(found)
    offset = 0
    for place, (line, function) in enumerate(old):
        if place in known:
            offset = new[known[place]][0] - line
            continue
        others = at[line + offset]
        like = next((one for one in others if _around(function, new[one][1])), None)
        if like is not None:
            others.remove(like)
            yield place, like


def _around(one: str, other: str) -> bool:
    """Say whether one of two functions is around the other, or not known."""
    short, long = sorted((one, other), key=len)
    return {one, other} & {"", "<module>"} != set() or long.startswith(f"{short}.")


def _best(old: _Code, new: _Code, *, free: bool) -> list[Pair]:
    """Return the chain of pairs that is worth most; *free* is the offset it starts at."""
    candidates = _candidates(old.lines, new.lines)
    along: dict[int, _Chain] = {}
    below = _Below(len(new.lines))
    best: _Chain | None = None
    for place in sorted(candidates):
        made = []
        for other in candidates[place]:
            offset = new.lines[other][0] - old.lines[place][0]
            worth = _MATCH + _likeness(old.amounts[place], new.amounts[other], offset)
            score, before = _longest(offset, worth, along, below.best(other), free=free)
            made.append(_Chain((place, other), offset, before, score))
        for chain in made:
            along[chain.offset] = _better(along.get(chain.offset), chain)
            below.add(chain)
            best = _better(best, chain)
    pairs = []
    while best is not None:
        pairs.append(best.pair)
        best = best.before
    return pairs[::-1]


def _longest(
    offset: int, worth: int, along: dict[int, _Chain], below: _Chain | None, *, free: bool
) -> tuple[_Score, _Chain | None]:
    """Return the best score of a pair that is *worth* so much, and the chain it goes on with."""
    change = 0 if free or not offset else _CHANGE
    choices: list[tuple[_Score, _Chain | None]] = [((worth - change, -abs(offset)), None)]
    same = along.get(offset)
    if same is not None:
        choices.append(((same.score[0] + worth, same.score[1]), same))
    if below is not None:
        jump = abs(offset - below.offset)
        choices.append(((below.score[0] + worth - _CHANGE, below.score[1] - jump), below))
    return max(choices, key=lambda choice: choice[0])


def _better(known: _Chain | None, chain: _Chain) -> _Chain:
    """Return the better of two chains, the *known* one where they are as good."""
    return chain if known is None or chain.score > known.score else known


def _likeness(old: tuple[int, int] | None, new: tuple[int, int] | None, offset: int) -> int:
    """Return what the blocks say for or against a pair, nothing where they do not."""
    most = _MOST_UNLIKE if offset else _MOST_UNLIKE_STANDING
    if old is None or new is None:
        holds = old or new
        if holds is None:
            return 0
        # The other holds nothing, and may have let go of a few.
        octaves = _OCTAVES_OF_COUNT * log2(holds[1] / _ANY)
        return max(min(_ALIKE - round(_UNLIKE_PER_OCTAVE * octaves), -_ALIKE), -most)
    count = log2(old[1] / new[1])
    size = log2(old[0] / new[0]) - count
    octaves = abs(size) + _OCTAVES_OF_COUNT * abs(count)
    return max(_ALIKE - round(_UNLIKE_PER_OCTAVE * octaves), -most)


class _Below:
    """The best chain that ends below a place of the newer lines: a Fenwick tree of maxima."""

    def __init__(self, size: int) -> None:
        self._tree: list[_Chain | None] = [None] * (size + 1)

    def add(self, chain: _Chain) -> None:
        place = chain.pair[1] + 1
        while place < len(self._tree):
            self._tree[place] = _better(self._tree[place], chain)
            place += place & -place

    def best(self, end: int) -> _Chain | None:
        """Return the best of the chains that end before the place *end*."""
        found: _Chain | None = None
        while end:
            one = self._tree[end]
            found = found if one is None else _better(found, one)
            end -= end & -end
        return found


def _candidates(old: Sequence[Line], new: Sequence[Line]) -> dict[int, list[int]]:
    """Return the places of *new* that each place of *old* may be."""
    here, there = _by_function(old), _by_function(new)
    found: dict[int, list[int]] = {}
    for function in here.keys() & there.keys():
        mine, theirs = here[function], there[function]
        if len(mine) * len(theirs) <= _MOST_PAIRS:
            found |= dict.fromkeys(mine, theirs)
        else:
            found |= _likely([old[one] for one in mine], [new[one] for one in theirs], mine, theirs)
    return found


def _likely(
    old: Sequence[Line], new: Sequence[Line], mine: Sequence[int], theirs: Sequence[int]
) -> dict[int, list[int]]:
    """Return the candidates within one long function, at the offsets most lines speak for."""
    asked = old[:: max(len(old) // _ASKED, 1)]
    votes = Counter(other - line for line, _ in asked for other, _ in new)
    ranked = sorted(votes, key=lambda offset: (-votes[offset], abs(offset), offset))
    offsets = sorted({0, *ranked[:_OFFSETS]})
    at = {line: place for (line, _), place in zip(new, theirs, strict=True)}
    found = {}
    for (line, _), place in zip(old, mine, strict=True):
        places = [at[line + offset] for offset in offsets if line + offset in at]
        if places:
            found[place] = places
    return found


def _by_function(lines: Sequence[Line]) -> dict[str, list[int]]:
    """Return the places of *lines* by function, ascending."""
    found = defaultdict(list)
    for place, (_, function) in enumerate(lines):
        found[function].append(place)
    return dict(found)


def _without_strays(pairs: list[Pair], old: Sequence[Line], new: Sequence[Line]) -> list[Pair]:
    """
    Return *pairs* without lines alone that would have moved as no edit moves them.

    That is between lines that stand: there another branch ran.  Or far within
    a function of which more is known.
    """
    known = Counter(old[place][1] for place, _ in pairs)
    runs = [
        (offset, list(run))
        for offset, run in groupby(pairs, key=lambda pair: new[pair[1]][0] - old[pair[0]][0])
    ]
    kept: list[Pair] = []
    before = 0
    for place, (offset, group) in enumerate(runs):
        after = runs[place + 1][0] if place + 1 < len(runs) else None
        more = known[old[group[0][0]][1]] > 1
        stray = before == after or (more and abs(offset - before) > _FEW_LINES)
        if len(group) > 1 or not stray:
            kept += group
            before = offset
    return kept
