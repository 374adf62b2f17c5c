"""
Births: where what stays of each round was allocated, and what holds it.

Asked only of a function that was found to keep something.  tracemalloc does the
tracing: memprof's own engine can be started once in a process, and a test session
asks many times.  Where the user traces already, what they keep is read.
"""

import _tracemalloc
import gc
import sys
from _collections import deque
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
    counts,
    functions,
)
from memprof.agent.names import OWN, Names, first
from memprof.agent.owners import find_owners
from memprof.agent.tracebacks import tracebacks_of

DEPTH = 10
"""Frames kept of each allocation."""

ROUNDS = 3
_MOST_PLACES, _MOST_TYPES, _MOST_KEEPERS = 5, 6, 4
_SAMPLES = 50
_SEARCH_NS = 2_000_000_000
GARBAGE = "unreachable garbage"
"""What the walk calls the owner of what nobody holds."""

_CONTAINERS = (list, dict, set, deque)
_start, _stop = _tracemalloc.start, _tracemalloc.stop
_is_tracing, _get_traces = _tracemalloc.is_tracing, _tracemalloc._get_traces


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
    with _Tracing() as tracing:
        looks = [tracing.sites()]
        for _ in range(ROUNDS):
            round_of(calls)
            gc.collect()
            looks.append(tracing.sites())
        fresh = [one for one in gc.get_objects() if id(one) not in before]
        grown = _grown(before, calls)
        by_type = _by_type(fresh, growing)
        places = tracing.places(looks, tracing.types_at(by_type), calls)
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
    rows = [(_name_of(cls), cls, ones) for cls, ones in found.values()]
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
                rows.append((owner, _name_of(cls), held, total - garbage, items))
    rows.sort(key=_is_library)
    return rows


def _is_library(row):
    """Tell whether the owner of a keeper is the standard library's: the program's come first."""
    return row[4] is None, row[0].partition(".")[0] in sys.stdlib_module_names


def _name_of(cls):
    """Return (module, qualified name) of *cls*."""
    module = type.__dict__["__module__"].__get__(cls)
    return (module if type(module) is str else ""), type.__dict__["__qualname__"].__get__(cls)


class _Tracing:
    """tracemalloc for a while, the user's own where it runs already."""

    def __init__(self):
        """Number frames and sites anew: they are of this set alone."""
        package = __file__[: -len("agent/births.py")]
        self._names = Names(None, package)
        self._theirs = False
        self._get_traces = _get_traces
        self.by = f"tracemalloc, {DEPTH} frames"

    def __enter__(self):
        """Trace, if nobody does."""
        session = sys.modules.get("memprof.agent.session")
        modules = getattr(session, "modules", {})
        engine = modules.get("memprof.agent.allocations")
        if engine is not None and engine._tables_memory():
            # Below the disguise that `memprof run` has put on it.
            self._theirs, self._get_traces = True, engine._get_traces
            self.by = "the engine of 'memprof run'"
        elif _is_tracing():
            self._theirs = True
            self.by = "tracemalloc as it was already on"
        else:
            _start(DEPTH)
        return self

    def __exit__(self, *_):
        """Trace no longer, unless somebody else does."""
        if not self._theirs:
            _stop()

    def sites(self):
        """Return ({site: blocks}, {site: bytes}) of what is live now."""
        blocks, sizes, numbers = {}, {}, {}
        site_of = self._names.site
        for _, size, traceback, _ in self._get_traces():
            site = numbers.get(traceback)
            if site is None:
                site = numbers[traceback] = site_of(traceback)
            blocks[site] = blocks.get(site, 0) + 1
            sizes[site] = sizes.get(site, 0) + size
        blocks.pop(OWN, None)
        return blocks, sizes

    def types_at(self, by_type):
        """Return {site: class} of the objects *by_type*, by samples."""
        found = {}
        for cls, ones in by_type:
            for pair in tracebacks_of(ones[-_SAMPLES:]):
                traceback = first(pair)
                if traceback:
                    found.setdefault(self._names.site(traceback), cls)
        return found

    def places(self, looks, types_at, calls):
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
        stacks = self._stacks([row[0] for row in rows])
        return [
            (stack, blocks, sizes, _name_of(types_at[site]) if site in types_at else None)
            for stack, (site, blocks, sizes) in zip(stacks, rows)
        ]

    def _stacks(self, sites):
        """Return the frames of *sites*: (file, line, function)."""
        names = self._names
        frames = {}
        for key, number in names.frames.items():
            line, _, file = key.partition(":")
            frames[number] = (file, int(line))
        of_site = {number: key for key, number in names.sites.items()}
        told = {}

        def keep(kind, fields):
            if kind == "functions":
                rows = fields["rows"]
                told.update(zip(rows[::2], rows[1::2]))

        wanted = []
        for site in sites:
            key = of_site[site]
            wanted.append([key] if type(key) is int else list(map(int, key[1:-1].split(","))))
        names.unnamed.clear()
        for frame in {one for stack in wanted for one in stack}:
            file, line = frames[frame]
            names.unnamed[file] = f"{names.unnamed.get(file, '')}{line}:{frame} "
        names.flush = lambda: None
        functions.name_frames(names, keep)
        texts = {number: text for text, number in names.strings.items()}
        return [[(*frames[one], texts[told[one]]) for one in stack] for stack in wanted]
