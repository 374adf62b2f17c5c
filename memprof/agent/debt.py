"""
Probe: cyclic debt, the garbage that the next full collection will find.

It is found without collecting: nothing is freed, finalized or changed.  An
object is garbage if all its references come from garbage, which is how the
collector decides; what gc.DEBUG_SAVEALL would put in gc.garbage is what is
found here, and what a finalizer may bring back to life is among it.

`_graph` looks at the objects in place.  Without it the ids of all references
are copied, which is only done for a small heap.
"""

import gc
import sys
from itertools import chain, compress, repeat
from sys import getrefcount
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
    atomic,
    graph,
)
from memprof.agent.names import OWN

try:
    from memprof.agent._graph import garbage as _garbage
except ImportError:
    from memprof.agent import survey

    _garbage = None

_get_referents, _allocated_blocks = gc.get_referents, sys.getallocatedblocks

_TYPES = 16
"""Types of which samples are taken: the most numerous."""

_SAMPLES = 50
"""Samples of each."""

_MOST_BLOCKS = 1_000_000
"""With more blocks than this the copy of all references would be too large."""

_NS_PER_BLOCK = 2000
"""What that copy costs for each block; measured on 3.12, untraced."""

_STEP = 4096
"""Objects between two looks at the clock."""

_SHARE, _SHORTEST_NS, _LONGEST_NS = 100, 30_000_000, 2_000_000_000
"""Time for it: a hundredth of the run, and within these bounds."""


def take(names, tracebacks_of, send, ran_ns):
    """
    *send* the garbage there is by type, with where samples of it were allocated.

    *tracebacks_of* is the engine's; *ran_ns* is how long the target ran, which
    decides how long to look.  Nothing is sent if that was too short.
    """
    allowed_ns = min(max(ran_ns // _SHARE, _SHORTEST_NS), _LONGEST_NS)
    # Until the samples are looked at: a collection would free them.
    found = atomic.undisturbed(_find_with_sites, names, tracebacks_of, allowed_ns)
    if found is None:
        return
    (counts, islands, rows), site_of = found
    types = [[number, count] for number, count in enumerate(counts) if count]
    told = []
    for number, objects, addresses, cycle in rows:
        sites = {}
        for site in map(site_of.get, addresses, repeat(OWN)):
            sites[site] = sites.get(site, 0) + 1
        told.append([number, objects, names.string(cycle), list(map(list, sorted(sites.items())))])
    names.flush()
    send("debt", {"islands": islands, "types": types, "rows": told})


def _find_with_sites(names, tracebacks_of, allowed_ns):
    """Return what `find_garbage` does, and where the samples are from; None if not known."""
    found = find_garbage(names.type, allowed_ns)
    return None if found is None else (found, _sites(names, tracebacks_of, found[2]))


def _sites(names, tracebacks_of, rows):
    """Return address to site number of the samples of *rows* whose site is known."""
    addresses = []
    for row in rows:
        addresses += row[2]
    if not addresses:
        return {}
    found, ids, tracebacks = [], [], []
    atomic.run(
        (found.extend, chain.from_iterable(map(graph.at, (addresses,)))),
        (ids.extend, map(id, found)),
        (tracebacks.extend, tracebacks_of(found)),
        (found.clear,),
    )
    site_of = {}
    for address, traceback in zip(ids, tracebacks):
        if traceback:
            site_of[address] = names.site(traceback)
    return site_of


def find_garbage(name, allowed_ns):
    """
    Return what cyclic garbage there is: (counts, islands, rows); None if that is not known.

    *counts* are objects by type number, as *name*(class) numbers them.
    *islands* is how many parts do not refer to each other, -1 if not
    known.  A row is (type number, objects, [addresses], cycle) of one of the
    most numerous types, most first: addresses of samples, spread evenly, and
    the shortest cycle found through one of them, as text:
    `Node.parent -> Node`, empty if not known.  An address says nothing once
    the collector has run.

    Nothing is known if *allowed_ns* are over before all is counted.  The
    agent's own objects are alive.
    """
    deadline = perf_counter_ns() + allowed_ns
    if _garbage is not None:
        return atomic.undisturbed(_garbage, name, deadline, _TYPES, _SAMPLES)
    if _allocated_blocks() * _NS_PER_BLOCK > allowed_ns:
        return None
    return atomic.undisturbed(_without_graph, name, deadline)


def _without_graph(name, deadline):
    """Do the same by ids; neither islands nor cycles are looked for."""
    if _allocated_blocks() > _MOST_BLOCKS:
        return None
    every, ids, counts, kinds, looked, lookers, held, types = ([] for _ in range(8))
    atomic.run(
        (every.extend, survey.all_objects()),
        (ids.extend, map(id, every)),
        (counts.extend, map(getrefcount, every)),
        (kinds.extend, map(id, map(type, every))),
        # What a module leads to stays alive: see `survey.py`.
        (looked.extend, compress(every, map(survey.MODULE.__ne__, kinds))),
        (lookers.extend, map(id, looked)),
        (held.extend, map(tuple, map(map, repeat(id), map(_get_referents, looked)))),
        (looked.clear,),
        (types.extend, map(type, every)),
        (every.clear,),
    )
    references = dict(zip(lookers, held))
    for ours in (every, looked):
        references.pop(id(ours), None)
    left = dict(zip(ids, map((-survey.OURS).__add__, counts)))
    dead = _unreachable(left, references, deadline, survey.own_ids)
    if dead is None:
        return None
    return _by_number(name, compress(zip(ids, types), map(dead.__contains__, ids)))


def _unreachable(left, references, deadline, own_ids):
    """
    Return the ids of what is garbage, None if the time is over.

    *left* is id to reference count, *references* id to the ids of referents.
    """
    # Garbage is held by garbage.  What nothing holds would be gone, but for
    # our copy of all objects: it is what that was made with.
    spent = {one for one, count in left.items() if not count}
    for at, referents in enumerate(references.values()):
        if not at % _STEP and perf_counter_ns() > deadline:
            return None
        for one in referents:
            if one in left:
                left[one] -= 1
    reached = [one for one, count in left.items() if count or one in own_ids or one in spent]
    for one in reached:
        left.pop(one)
    while reached:
        if perf_counter_ns() > deadline:
            return None
        fresh = set(chain.from_iterable(map(references.get, reached, repeat(()))))
        reached = [one for one in fresh if left.pop(one, None) is not None]
    return left.keys()


def _by_number(name, found):
    """Return what `find_garbage` returns for *found*, pairs of id and class."""
    by_type = {}
    for one, cls in found:
        by_type.setdefault(name(cls), []).append(one)
    counts = [len(by_type.get(number, ())) for number in range(max(by_type, default=-1) + 1)]
    most = sorted(by_type.items(), key=lambda item: (-len(item[1]), item[0]))[:_TYPES]
    rows = []
    for number, ones in most:
        step = max(len(ones) // _SAMPLES, 1)
        rows.append((number, len(ones), ones[: step * _SAMPLES : step], ""))
    return counts, -1, rows
