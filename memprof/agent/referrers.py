"""
Epilogue: what holds the sampled objects.

Runs once, after the last snapshot, when the target is done.  References that
tracked objects hold explain a count; the rest is held from C, from a running
frame or from a traceback.  For one sample of each type objgraph finds a chain
of referrers to a module.
"""

import gc
import sys
from time import perf_counter_ns

from memprof.agent import (
    __builtins__,
    clib,
    graph,
)

_CHAIN_SHARE = 100
_CHAIN_SHORTEST_NS, _CHAIN_LONGEST_NS = 100_000_000, 500_000_000
"""
Time for all chains: a hundredth of the run, or nothing if that is too little.

More than half of the shortest goes into the import of objgraph.
"""

_CHAIN_OBJECTS = 500_000
"""Above this many tracked objects one step of a chain takes too long."""

_CHAIN_DEPTH = 8
_MODULE = type(sys)
_GETTER = type(type.__dict__["__dict__"])
_SEQUENCES = (list, tuple, set, frozenset)
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__


def explain(refcounts, names, send):
    """*send* how many references of each sample its referrers hold, and what they are."""
    if not refcounts.samples:
        return
    found = graph.holders(names.type, refcounts.samples)
    names.flush()
    rows = [[refcounts.samples[row[0]], *row[1:]] for row in found]
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
        found = graph.at([address])
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
            # Of a name the code itself spells: any other key is a value.
            return f".{name}" if clib.is_spelled(name) and name.isidentifier() else None
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
