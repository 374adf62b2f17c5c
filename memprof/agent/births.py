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
)
from memprof.agent.owners import find_owners
from memprof.agent.tracing import Tracing, name_of

ROUNDS = 3
_MOST_PLACES, _MOST_TYPES, _MOST_KEEPERS = 40, 6, 4
_SAMPLES = 50
_SEARCH_NS = 2_000_000_000
GARBAGE = "unreachable garbage"
"""What the walk calls the owner of what nobody holds."""

_CONTAINERS = (list, dict, set, deque)


def trace(round_of, calls, growing):
    """
    Call *round_of*(calls) in traced rounds; return (by, places, keepers).

    *growing* are the (module, name) of the types that were found to grow.
    *by* is who traced.  A place is (stack, [blocks gained, ...], [bytes gained, ...],
    (module, name) of the objects from there or None), a stack [(file, line, function)],
    a keeper (owner, (module, name), held, total, items gained or None).
    """
    round_of(calls)
    gc.collect()
    before = {id(one): _length(one) for one in gc.get_objects()}
    with Tracing() as tracing:
        looks = [tracing.sites()]
        for _ in range(ROUNDS):
            round_of(calls)
            gc.collect()
            looks.append(tracing.sites())
        fresh = [one for one in gc.get_objects() if id(one) not in before]
        grown = _grown(before, calls)
        by_type = _by_type(fresh, growing)
        places = _places(tracing, looks, _types_at(tracing, by_type), calls)
        wanted = [(cls, list(map(id, ones)), None) for cls, ones in by_type]
        del fresh, by_type
    return tracing.by, places, _keepers(grown + wanted)


def _gains(looks, column, site):
    """Return what *site* gained from each of *looks* to the next, in that column."""
    seen = [look[column].get(site, 0) for look in looks]
    return [after - before for before, after in zip(seen, seen[1:])]


def _length(one):
    """Return the items in *one*, an exact container; -1 of what is none."""
    return len(one) if type(one) in _CONTAINERS else -1


def _grown(before, calls):
    """Return [(class, [address], items gained)] of containers that gained all the while."""
    rows = []
    for one in gc.get_objects():
        known = before.get(id(one), -1)
        if known >= 0 and type(one) in _CONTAINERS and one is not before:
            gained = len(one) - known
            if gained >= ROUNDS and gained * 40 >= calls * ROUNDS:
                rows.append((type(one), [id(one)], gained))
    rows.sort(key=lambda row: -row[2])
    return rows[:_MOST_KEEPERS]


def _by_type(fresh, growing):
    """Return [(class, [objects])] of the *fresh* objects of *growing* types, in their order."""
    found = {}
    for one in fresh:
        found.setdefault(id(type(one)), (type(one), []))[1].append(one)
    rows = [(name_of(cls), cls, ones) for cls, ones in found.values()]
    rows = [row for row in rows if row[0] in growing and len(row[2]) >= ROUNDS]
    rows.sort(key=lambda row: (growing.index(row[0]), -len(row[2])))
    return [row[1:] for row in rows[:_MOST_TYPES]]


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
        total, _, garbage, owners = found[number]
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


def _types_at(tracing, by_type):
    """Return {site: class} of the objects *by_type*, by samples."""
    found = {}
    for cls, ones in by_type:
        for site in tracing.sites_of(ones[-_SAMPLES:]):
            found.setdefault(site, cls)
    return found
