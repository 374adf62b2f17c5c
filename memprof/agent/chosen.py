"""
Looks at chosen objects, where the extension `_graph` is not built.

Some of each type, those at known addresses, who refers to them and what they take.
"""

import gc
from itertools import chain, compress, starmap
from sys import getrefcount

from memprof.agent import (
    __builtins__,
    atomic,
)
from memprof.agent.survey import MODULE, OURS, all_objects, numbers, own_ids, with_ids

_get_referrers, _get_referents = gc.get_referrers, gc.get_referents

# Calls a C method on an object, from C.
_call_method = type(object.__sizeof__).__call__

_MOST_REFERRERS = 2000
"""Referrers looked through, for all objects together."""


def tracked():
    """Return what `gc.get_objects` does: what is frozen cannot be asked for."""
    return gc.get_objects()


def some(types, counts, most):
    """
    Return [address, type, references, ...] of *most* objects of each of *types*.

    They are spread evenly over as many as *counts* says there are.
    """
    wanted_at = {address: number for address, number in numbers.items() if number in types}
    every, kinds, ids = [], [], []
    atomic.run(
        (every.extend, all_objects()),
        (kinds.extend, map(id, map(type, every))),
        (ids.extend, map(id, every)),
        (every.clear,),
    )
    found = {number: [] for number in types}
    for kind, one in compress(zip(kinds, ids), map(wanted_at.__contains__, kinds)):
        if one not in own_ids:
            found[wanted_at[kind]].append(one)
    rows = []
    for number, count in zip(types, counts, strict=True):
        step = max(count // most, 1)
        for one in found[number][: step * most : step]:
            rows += (one, number, -1)
    return rows


def at(ids):
    """Return the tracked objects at these addresses, as a list."""
    found = []
    atomic.run(*with_ids(set(ids), found))
    return found


def holders(name, ids):
    """
    Return [(address, references, references of tracked objects, [types of those])].

    Of the objects at the addresses *ids*.  The agent's own are counted and not
    named.  The third is None where there are too many to count.
    """
    alive, found, counts, referrers, packed, ours = [], [], [], [], [], []
    atomic.run(
        *with_ids(set(ids), alive),
        (counts.extend, map(getrefcount, alive)),
        (found.extend, map(id, alive)),
        (packed.extend, map(tuple, (alive,))),
        (referrers.extend, chain.from_iterable(starmap(_get_referrers, packed))),
        # 3.13 finds the tuple of its own arguments.
        (ours.extend, map(id, packed)),
        (packed.clear,),
        (alive.clear,),
    )
    complete = len(referrers) <= _MOST_REFERRERS
    explained = dict.fromkeys(found, 0)
    kinds = {one: set() for one in found}
    for referrer in referrers[:_MOST_REFERRERS]:
        if referrer is alive or id(referrer) in ours or id(type(referrer)) == MODULE:
            continue
        held = list(filter(explained.__contains__, map(id, _get_referents(referrer))))
        for one in held:
            explained[one] += 1
            if id(referrer) not in own_ids:
                kinds[one].add(name(type(referrer)))
    referrers.clear()
    return [
        (one, count - OURS, explained[one] if complete else None, sorted(kinds[one]))
        for one, count in zip(found, counts, strict=True)
    ]


def sizes(classes, methods):
    """
    Return [bytes of all tracked objects of each of *classes*].

    By their *methods* `__sizeof__`, which must be written in C.
    """
    method_at = dict(zip(map(id, classes), methods, strict=True))
    every, kinds, sized, found = [], [], [], []
    atomic.run(
        (every.extend, all_objects()),
        (kinds.extend, map(id, map(type, every))),
        (sized.extend, compress(every, map(method_at.__contains__, kinds))),
        (every.clear,),
        (kinds.clear,),
        (kinds.extend, map(id, map(type, sized))),
        (found.extend, map(_call_method, map(method_at.__getitem__, kinds), sized)),
        (sized.clear,),
    )
    totals = dict.fromkeys(method_at, 0)
    for address, size in zip(kinds, found, strict=True):
        totals[address] += size
    return list(totals.values())
