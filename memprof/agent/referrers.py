"""
Epilogue: what holds the sampled objects.

Runs once, after the last snapshot, when the target is done.  References that
tracked objects hold explain a count; the rest is held from C, from a running
frame or from a traceback.  For one sample of each type objgraph finds a chain
of referrers to a module.
"""

import gc
import sys
from itertools import chain, starmap
from sys import getrefcount
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
    atomic,
)
from memprof.agent.objects import with_ids

_get_referrers, _get_referents = gc.get_referrers, gc.get_referents
_OURS = 2

_MOST_REFERRERS = 2000
"""Referrers looked through, for all samples together."""

_CHAIN_SHARE = 100
_CHAIN_SHORTEST_NS, _CHAIN_LONGEST_NS = 50_000_000, 500_000_000
"""Time for all chains: a hundredth of the run, or nothing if that is too little."""

_CHAIN_OBJECTS = 500_000
"""Above this many tracked objects one step of a chain takes too long."""

_CHAIN_DEPTH = 8
_MODULE = type(sys)
_GETTER = type(type.__dict__["__dict__"])
_SEQUENCES = (list, tuple, set, frozenset)
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__


def explain(refcounts, names, send, own_ids):
    """
    *send* how many references of each sample its referrers hold.

    Referrers whose id is in *own_ids* are the agent's: they explain, unnamed.
    """
    if not refcounts.samples:
        return
    alive, ids, counts, referrers, packed, ours = [], [], [], [], [], []
    atomic.run(
        *with_ids(refcounts.samples, alive),
        (counts.extend, map(getrefcount, alive)),
        (ids.extend, map(id, alive)),
        (packed.extend, map(tuple, (alive,))),
        (referrers.extend, chain.from_iterable(starmap(_get_referrers, packed))),
        # 3.13 finds the tuple of its own arguments.
        (ours.extend, map(id, packed)),
        (packed.clear,),
        (alive.clear,),
    )
    complete = len(referrers) <= _MOST_REFERRERS
    explained = dict.fromkeys(ids, 0)
    holders = {one: set() for one in ids}
    for referrer in referrers[:_MOST_REFERRERS]:
        if referrer is alive or id(referrer) in ours or type(referrer) is _MODULE:
            continue
        held = list(filter(explained.__contains__, map(id, _get_referents(referrer))))
        number = names.type(type(referrer))
        for one in held:
            explained[one] += 1
            if id(referrer) not in own_ids:
                holders[one].add(number)
    referrers.clear()
    names.flush()
    rows = []
    for one, count in zip(ids, counts, strict=True):
        known = explained[one] if complete else None
        rows.append([refcounts.samples[one], count - _OURS, known, sorted(holders[one])])
    send("explained", {"rows": rows})


def find_holders(refcounts, names, send, ran_ns):
    """
    *send* a chain of referrers for one sample of each type, by objgraph.

    *ran_ns* is how long the target ran, which decides how long to look.
    """
    allowed_ns = min(ran_ns // _CHAIN_SHARE, _CHAIN_LONGEST_NS)
    if not refcounts.samples or allowed_ns < _CHAIN_SHORTEST_NS:
        return
    if len(gc.get_objects()) > _CHAIN_OBJECTS:
        return
    deadline = perf_counter_ns() + allowed_ns
    try:
        import objgraph
    except ImportError:
        return
    rows, done = [], set()
    for address, sample in list(refcounts.samples.items()):
        number = refcounts.type_of(sample)
        if number in done or perf_counter_ns() > deadline:
            continue
        done.add(number)
        found = []
        atomic.run(*with_ids({address}, found))
        path = _path(objgraph, found, deadline)
        if path:
            rows.append([number, names.string(path)])
    names.flush()
    send("holders", {"rows": rows})


class _TooLateError(Exception):
    """The time for chains is over."""


def _path(objgraph, found, deadline):
    """Return how a module leads to the one object in *found*, or nothing."""

    def is_module(one):
        if perf_counter_ns() > deadline:
            raise _TooLateError
        return type(one) is _MODULE

    if not found:
        return ""
    try:
        steps = objgraph.find_backref_chain(
            found[0], is_module, max_depth=_CHAIN_DEPTH, extra_ignore={id(found)}
        )
    except _TooLateError:
        return ""
    if len(steps) < 2 or type(steps[0]) is not _MODULE:
        return ""
    return _words(steps)


def _words(steps):
    """Return a chain of objects as words: `app.POOL['eu'][...].owner`."""
    text = _module_name(steps[0])
    for holder, held in zip(steps[1:], steps[2:], strict=False):
        text += _step(holder, held)
    return text


def _module_name(module):
    """Return the module's name as sys.modules has it."""
    for name, one in list(sys.modules.items()):
        if one is module and type(name) is str:
            return name
    return "module"


def _step(holder, held):
    """Return the words for the step from *holder* to *held*."""
    kind = type(holder)
    if kind is dict:
        return _dotted(holder, held) or "[...]"
    if kind in _SEQUENCES:
        return "[...]"
    attributes = _attributes_of(holder)
    if attributes is held:
        # An instance and its dictionary are one step.
        return ""
    return (attributes and _dotted(attributes, held)) or f".<{_qualname_of(kind)}>"


def _dotted(names, held):
    """Return `.name` for the name that the dictionary *names* has for *held*."""
    for name, one in names.items():
        if one is held:
            return f".{name}" if type(name) is str and name.isidentifier() else None
    return None


def _attributes_of(holder):
    """
    Return the dictionary of an instance's attributes, None if it has none.

    By the descriptor in C, so that no code of the target runs.  It makes the
    interpreter build the dictionary: harmless only because all is over.
    """
    for base in _mro_of(type(holder)):
        getter = _dict_of(base).get("__dict__")
        if type(getter) is _GETTER:
            found = getter.__get__(holder)
            return found if type(found) is dict else None
    return None
