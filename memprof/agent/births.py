"""
Births: where what stays of each round was allocated, and what holds it.

Asked only of a function that was found to keep something.  tracemalloc does the
tracing: memprof's own engine can be started once in a process, and a test session
asks many times.  Where the user traces already, what they keep is read.
"""

import gc
import sys
from _collections import deque
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
    counts,
    graph,
)
from memprof.agent.owners import find_owners
from memprof.agent.tracing import Tracing, name_of

_collect, _objects = gc.collect, graph.tracked

ROUNDS = 3
_MOST_PLACES, _MOST_TYPES, _MOST_KEEPERS = 40, 6, 4
_SAMPLES = 50
_SEARCH_NS = 2_000_000_000
GARBAGE = "unreachable garbage"
"""What the walk calls the owner of what nobody holds."""


def trace(round_of, calls, growing):
    """
    Call *round_of*(calls) in traced rounds; return (by, places, keepers).

    *growing* are the (module, name) of the types that were found to grow.
    *by* is who traced.  A place is (stack, [blocks gained, ...], [bytes gained, ...],
    (module, name) of the objects from there or None), a stack [(file, line, function)],
    a keeper (owner, (module, name), held, total, items gained or None).
    """
    round_of(calls)
    _collect()
    # Numbers made while it traces would be traced too: as few as can be.
    before = {id(one): _length(one) for one in _objects()}
    classes = _classes(growing)
    with Tracing() as tracing:
        looks = [tracing.sites()]
        for _ in range(ROUNDS):
            # What looking left in the free lists would be handed out as our own.
            _collect()
            round_of(calls)
            _collect()
            looks.append(tracing.sites())
        types_at = _types_at(tracing, classes)
    places = _places(tracing, looks, types_at, calls)
    del looks, types_at
    every = _objects()
    wanted = _grown(every, before, calls) + _fresh(every, before, classes)
    del every, before, classes
    return tracing.by, places, _keepers(wanted)


def _classes(growing):
    """Return the classes of the names *growing*, in their order, a few."""
    found = {}
    for one in _objects():
        found.setdefault(id(type(one)), type(one))
    named = [(name_of(cls), cls) for cls in found.values()]
    named = [(growing.index(name), cls) for name, cls in named if name in growing]
    named.sort(key=_first_of)
    return [cls for _, cls in named[:_MOST_TYPES]]


def _first_of(row):
    """Return what comes first in *row*."""
    return row[0]


def _gains(looks, column, site):
    """Return what *site* gained from each of *looks* to the next, in that column."""
    seen = [look[column].get(site, 0) for look in looks]
    return [after - before for before, after in zip(seen, seen[1:])]


def _length(one):
    """Return the items in *one*, an exact container; -1 of what is none."""
    cls = type(one)
    # Not `in`: a metaclass may have an `__eq__` of its own.
    return len(one) if cls is list or cls is dict or cls is set or cls is deque else -1


def _grown(every, before, calls):
    """Return [(class, [address], items gained)] of containers that gained all the while."""
    rows = []
    for one in every:
        length = _length(one)
        if length >= ROUNDS:
            gained = length - before.get(id(one), length)
            if gained >= ROUNDS and gained * 40 >= calls * ROUNDS:
                rows.append((type(one), [id(one)], gained))
    rows.sort(key=_least_gain)
    return rows[:_MOST_KEEPERS]


def _least_gain(row):
    """Return what rows are sorted by: the most items first."""
    return -row[2]


def _fresh(every, before, classes):
    """Return [(class, addresses, None)] of the objects of *classes* that are not from *before*."""
    found = [(cls, [], None) for cls in classes]
    for one in every:
        cls = type(one)
        for row in found:
            if cls is row[0] and id(one) not in before:
                row[1].append(id(one))
    return [row for row in found if len(row[1]) >= ROUNDS]


def _types_at(tracing, classes):
    """Return {site: class} of the objects of *classes*, by samples: the youngest stand last."""
    found = {}
    every = _objects()
    for cls in classes:
        samples = []
        for one in reversed(every):
            if type(one) is cls:
                samples.append(one)
                if len(samples) == _SAMPLES:
                    break
        for site in tracing.sites_of(samples):
            found.setdefault(site, cls)
    return found


def _keepers(wanted):
    """
    Return the rows of what holds the objects *wanted*, [(class, addresses, items gained)].

    What nobody holds is left out: garbage was collected before, so it is our own.
    """
    addresses = {number: row[1] for number, row in enumerate(wanted)}
    deadline = perf_counter_ns() + _SEARCH_NS
    try:
        _, found, _ = find_owners(addresses, counts.names().type, deadline)
    except MemoryError:
        return []
    rows = []
    for number, (cls, _, items) in enumerate(wanted):
        total, _, garbage, owners, _ = found[number]
        for owner, held in owners[:1]:
            if owner != GARBAGE:
                rows.append((owner, name_of(cls), held, total - garbage, items))
    rows.sort(key=_is_library)
    return rows


def _is_library(row):
    """Tell whether the owner of a keeper is the standard library's: the program's come first."""
    return row[4] is None, row[0].partition(".")[0] in sys.stdlib_module_names


def _places(tracing, looks, types_at, calls):
    """
    Return the places that gained in every round, the most blocks first.

    If there are none, those that gained a byte for every other call: a table grows in steps.
    """
    rows, in_steps = [], []
    for site in looks[-1][0]:
        blocks, sizes = _gains(looks, 0, site), _gains(looks, 1, site)
        if min(blocks) >= 1 or min(sizes) >= 1:
            rows.append((site, blocks, sizes))
        elif min(sizes) >= 0 and sum(sizes) * 2 >= calls * ROUNDS:
            in_steps.append((site, blocks, sizes))
    rows = rows or in_steps
    rows.sort(key=lambda row: (-sum(row[1]), -sum(row[2]), row[0]))
    rows = rows[:_MOST_PLACES]
    stacks = tracing.stacks([row[0] for row in rows])
    return [
        (stack, blocks, sizes, name_of(types_at[site]) if site in types_at else None)
        for stack, (site, blocks, sizes) in zip(stacks, rows)
    ]
