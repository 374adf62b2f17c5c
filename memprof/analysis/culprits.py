"""Culprits that are no site and no type: threads, descriptors, native memory, debt."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from memprof.analysis import debt, resources, verdicts
from memprof.analysis.judged import Judged
from memprof.analysis.origins import caller, is_importing
from memprof.analysis.replay import states
from memprof.analysis.resources import Rising
from memprof.analysis.suspect import Suspect, of_debt, of_process
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type

MIN_DEBT_OBJECTS = 1000
MIN_FRAGMENTED_BYTES = 16 << 20
_FRAGMENTED_SHARE = 0.5
_MOST_DEBT = 3

_GATHERED = 0.25
"""What gathers all the time gains so much of what there is at the end, and far more."""

_BYTES_PER_THREAD = 256 << 10
"""What a thread may take of native memory."""


def rows(facts: Facts, looks: Judged, moments: Judged, known: Sequence[Suspect]) -> list[Suspect]:
    """
    Return the suspects among the process's own figures; *known* are the others.

    At *looks* all of the process is known, at *moments* its native heap at most.
    """
    found = _resources(facts, looks) if looks.enough else []
    found += _native(facts, moments, found) if moments.enough else []
    if not any(row.verdict == verdicts.CYCLIC_DEBT for row in known):
        found += _debts(facts, looks)
    return found


def _resources(facts: Facts, seen: Judged) -> list[Suspect]:
    """Return the suspects for threads and descriptors."""
    found = []
    threads, descriptors = resources.threads(facts, seen), resources.descriptors(facts, seen)
    if threads:
        found.append(of_process(verdicts.THREADS, "threads", threads, (), None))
    if descriptors:
        found.append(of_process(verdicts.DESCRIPTORS, "descriptors", descriptors, (), None))
    return found


def _native(facts: Facts, seen: Judged, known: Sequence[Suspect]) -> list[Suspect]:
    """Return the suspect for native memory, unless threads among the *known* explain it."""
    native = resources.native(facts, seen)
    threads = sum(row.growth_objects or 0 for row in known if row.verdict == verdicts.THREADS)
    if native is None or native.growth <= threads * _BYTES_PER_THREAD:
        return []
    stack = _grew_in(facts, native)
    line = caller(stack)
    return [of_process(verdicts.NATIVE_GROWTH, "native bytes", native, stack, line)]


def fragmented_bytes(facts: Facts, seen: Judged) -> int | None:
    """
    Return what the process holds and does not use, in bytes.

    None unless that is most of what its resident memory gained.
    """
    if not seen.enough:
        return None
    first, last = seen.indices[0], seen.last
    before, after = _idle_bytes(facts, first), _idle_bytes(facts, last or first)
    rss = facts.snapshots[first].rss_bytes, facts.snapshots[last or first].rss_bytes
    if before is None or after is None or rss[0] is None or rss[1] is None:
        return None
    gained, grown = after - before, rss[1] - rss[0]
    large = gained >= MIN_FRAGMENTED_BYTES and grown >= MIN_FRAGMENTED_BYTES
    return gained if large and gained >= _FRAGMENTED_SHARE * grown else None


def _idle_bytes(facts: Facts, index: int) -> int | None:
    """Return what the allocators hold free at one snapshot."""
    snapshot, pools = facts.snapshots[index], facts.pools[index]
    if snapshot.native_held_bytes is None or pools is None:
        return None
    return snapshot.native_held_bytes + pools.idle_bytes


def _grew_in(facts: Facts, rising: Rising) -> tuple[Frame, ...]:
    """
    Return the stack that ran most while *rising* grew, the allocating line first.

    Each tick counts for what was gained in its interval; stacks through the
    same line of the user's own are one.
    """
    by_line: Counter[Frame] = Counter()
    best: dict[Frame, tuple[float, tuple[Frame, ...]]] = {}
    for (start, stop), gain in zip(
        pairwise(rising.indices), map(_gain, pairwise(rising.series)), strict=True
    ):
        ticks: Counter[int] = Counter()
        for running in facts.running[start + 1 : stop + 1]:
            ticks.update(running)
        for site, count in ticks.items() if gain and ticks.total() else ():
            stack = facts.allocations.sites[site]
            if is_importing(stack):
                continue
            line = caller(stack) or stack[0]
            weight = gain * count / ticks.total()
            by_line[line] += round(weight)
            if weight > best.get(line, (0.0, stack))[0]:
                best[line] = weight, stack
    if not by_line:
        return ()
    most = max(by_line, key=lambda line: (by_line[line], line.file, line.line))
    return best[most][1]


def _gain(pair: tuple[int, int]) -> int:
    """Return what was gained from one value to the next, 0 where it fell."""
    return max(pair[1] - pair[0], 0)


def _debts(facts: Facts, seen: Judged) -> list[Suspect]:
    """
    Return the garbage that no collection will come for, by type.

    Of what gathered while the program ran: what it held until its end is garbage only
    then, and was no debt.
    """
    table = debt.analyse(facts)
    if table.objects < MIN_DEBT_OBJECTS or not debt.is_kept_off(facts) or not seen.indices:
        return []
    gained = _gained(facts, seen)
    rows = [row for row in table.rows if gained[row.type] >= _GATHERED * row.objects]
    if sum(row.objects for row in rows) < MIN_DEBT_OBJECTS:
        return []
    return [
        of_debt(verdicts.CYCLIC_DEBT, row, row.objects / table.objects) for row in rows[:_MOST_DEBT]
    ]


def _gained(facts: Facts, seen: Judged) -> Counter[Type]:
    """Return how many objects there came to be more of each type while it was *seen*."""
    ends, types = (seen.indices[0], seen.indices[-1]), facts.objects.types
    before, after = (state[0] for state in states(facts.objects.changes, 1, ends, len(types)))
    found: Counter[Type] = Counter()
    for kind, then, now in zip(types, before, after, strict=False):
        found[kind] += now - then
    return found
