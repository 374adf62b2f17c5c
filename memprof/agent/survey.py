"""
Looks at all objects, where the extension `_graph` is not built: how many there are.

Objects are never looked at from Python: only their address, their type's and
their count of references are taken, in C, so no code of the target runs.
"""

import gc
import sys
from _collections import _count_elements
from itertools import chain, compress, filterfalse, repeat, starmap, tee
from sys import getrefcount

from memprof.agent import (
    __builtins__,
    atomic,
)

_get_profile, _get_trace = sys.getprofile, sys.gettrace
_get_objects, _get_referents, _is_tracked = gc.get_objects, gc.get_referents, gc.is_tracked
_subclasses_of = type.__subclasses__
_flags_of = type.__dict__["__flags__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_name_of = type.__dict__["__name__"].__get__
_FUNCTION = type(lambda: None)
_HAS_REFERENTS, _HEAP_TYPE = 1 << 14, 1 << 9
"""Py_TPFLAGS_HAVE_GC: instances can hold others, even if untracked just now."""

# What a module written in C leads to is not looked at: 3.12's `_asyncio` shows
# the freed objects it keeps for reuse, and looking would free them again.
MODULE = id(type(sys))
_NEITHER = (False, False).__eq__

OURS = 2
"""References that `map` and its list hold while they count."""

_NOT_A_COUNT = 500_000_000
"""Immortal and deferred objects carry a mark above this, not a count."""

_UNTRACKED_LEVELS = 3
"""How deep untracked containers (tuples of numbers) are looked into."""

own_ids = set()
"""ids of the agent's own objects."""

# ids of the target's, from `adopt` to `adopt_rest`
_theirs = set()
# address of a class -> its type number, of those seen last
numbers = {}


def all_objects():
    """Return a lazy iterator over all tracked objects, for `atomic.run`."""
    return chain.from_iterable(map(atomic.call, (_get_objects,)))


def with_ids(ids, found):
    """Return steps that fill *found* with the tracked objects whose id is in *ids*."""
    every = []
    return (
        (every.extend, all_objects()),
        (found.extend, compress(every, map(ids.__contains__, map(id, every)))),
        (every.clear,),
    )


def _count(types, name):
    """Return how many there are of each type in the list *types*, by number."""
    by_id = {}
    _count_elements(by_id, map(id, types))
    found = []
    for address, cls in dict(zip(map(id, types), types, strict=True)).items():
        number = numbers[address] = name(cls)
        found.extend(repeat(0, number + 1 - len(found)))
        found[number] += by_id[address]
    return found


def _set_to_others(ids, known):
    """Set *ids* to those of all objects but what is *known*."""
    ids.clear()
    atomic.run((ids.update, filterfalse(known.__contains__, map(id, all_objects()))))


def adopt(before):
    """
    Take for the agent's own all objects that are not in the list *before*.

    The list is emptied: until now none of these could die and leave its address to
    one of ours.  Types are numbered anew.
    """
    _set_to_others(own_ids, set(map(id, before)))
    before.clear()
    _set_to_others(_theirs, own_ids)


def adopt_rest():
    """Take for the agent's own what came since `adopt`, too."""
    _set_to_others(own_ids, _theirs)
    _theirs.clear()


def withdraw():
    """Do nothing: the collector's lists are not ours to change from here."""


def readmit():
    """Do nothing: nothing was taken."""


def unseen(wait, arguments):
    """Return *wait*(*arguments), and be seen: the interpreter's threads are not ours to hide."""
    return wait(*arguments)


def ring():
    """Do nothing: who waits in `unseen` is woken by the lock itself."""


def draw_line():
    """Do nothing, as `withdraw`."""


def collect_new(collect):
    """Call *collect*(): there is no line."""
    return collect()


def look(name, samples):
    """
    Return what all tracked objects are, at one moment.

    ([objects of each type], [references to the classes of each name],
    [address, type, references, ... of the samples that are there],
    None for what `_graph` says of objects with many references).

    Types are numbered by name(class).  A name without a class has -1, and so has
    a count that is none: immortal objects.  The agent's own are left out.
    """
    types, every, alive, references = [], [], [], []
    is_own = map(own_ids.__contains__, map(id, every))
    atomic.run(
        (every.extend, all_objects()),
        (types.extend, map(type, compress(every, map(False.__eq__, is_own)))),
        # The target's next objects will have the addresses of ours that are gone.
        (own_ids.intersection_update, map(id, every)),
        (every.clear,),
        *with_ids(samples, alive),
        (references.extend, map(getrefcount, alive)),
    )
    rows = []
    for one, cls, count in zip(map(id, alive), map(type, alive), references, strict=True):
        rows += (one, name(cls), count - OURS if count < _NOT_A_COUNT else -1)
    alive.clear()
    numbers.clear()
    counts = _count(types, name)
    # It refers to the classes whose references are counted next.
    types.clear()
    return counts, _count_references(name), rows, None


def _count_references(name):
    """Return the references to the classes of each name, by its number; -1 for none."""
    classes = _all_classes()
    classes = list(compress(classes, map(_HEAP_TYPE.__and__, map(_flags_of, classes))))
    counts = list(map((-OURS).__add__, map(getrefcount, classes)))
    found = []
    for cls, count in zip(classes, counts, strict=True):
        if count < _NOT_A_COUNT and id(cls) not in own_ids:
            number = name(cls)
            found.extend(repeat(-1, number + 1 - len(found)))
            found[number] = max(found[number], 0) + count
    return found


def _all_classes():
    """Return every class there is, each once, whatever its metaclass says."""
    found, level = {}, [object]
    while level:
        fresh = dict(zip(map(id, level), level, strict=True))
        for address in fresh.keys() & found.keys():
            del fresh[address]
        found.update(fresh)
        level = list(chain.from_iterable(map(_subclasses_of, fresh.values())))
    return list(found.values())


def classes(types):
    """Return the classes of these numbers that have objects, as a list."""
    return [cls for cls in _all_classes() if numbers.get(id(cls)) in types]


def items(deque):
    """Return the items of all tracked lists, dictionaries, sets and *deque*s together."""
    found = []
    for cls in (list, dict, set, deque):
        atomic.run(*_for_class(cls, found, _lengths))
    return sum(found)


def _lengths(objects):
    """Return a lazy iterator over their lengths."""
    return map(len, objects)


def _for_class(cls, found, of):
    """Return steps that fill *found* with what *of* says of the tracked objects of *cls* itself."""
    every, kinds = [], []
    return (
        (every.extend, all_objects()),
        (kinds.extend, map(id(cls).__eq__, map(id, map(type, every)))),
        (found.extend, of(compress(every, kinds))),
        (every.clear,),
        (kinds.clear,),
    )


def caches(wrapper):
    """
    Return what `_graph` says of the caches of class *wrapper*, by asking each.

    None where somebody would see that: cache_info() makes a named tuple, in Python.
    """
    if _get_profile() is not None or _get_trace() is not None:
        return None
    ask, names_of = _dict_of(wrapper)["cache_info"], _dict_of(wrapper)["__dict__"].__get__
    found = []
    atomic.run(*_for_class(wrapper, found, iter))
    rows = []
    for cache in found:
        if id(cache) not in own_ids:
            hits, misses, maxsize, size = ask(cache)
            function = dict.get(names_of(cache), "__wrapped__")
            rows.append((*_of_function(function), maxsize, size, hits, misses))
    return rows


def _of_function(function):
    """Return (module, name, file, line, pins) of a *function* that has a cache."""
    if type(function) is _FUNCTION:
        code, module, name = function.__code__, function.__module__, function.__qualname__
        holder = str.rpartition(name, ".")[0]
        pins = holder and holder[-1] != ">" and code.co_varnames[:1] == ("self",)
        module = module if type(module) is str else None
        return module, name, code.co_filename, code.co_firstlineno, bool(pins and code.co_argcount)
    if type(function) is type(len):
        module = function.__module__
        return module if type(module) is str else None, function.__name__, None, 0, False
    return None, _name_of(type(function)), None, 0, False


def untracked(name):
    """Return [objects of each type, by its number] that the collector does not track."""
    found, types, every, tracked = {}, [], [], []
    is_own = map(own_ids.__contains__, map(id, every))
    is_module = map(MODULE.__eq__, map(id, map(type, every)))
    steps = [
        (every.extend, all_objects()),
        (tracked.extend, compress(every, map(_NEITHER, zip(is_own, is_module)))),
        (every.clear,),
        (found.update, _by_id(_untracked_below(tracked))),
        (tracked.clear,),
    ]
    holders = []
    for _ in range(_UNTRACKED_LEVELS - 1):
        flags = map(_flags_of, map(type, _values(found)))
        may_hold = map(_HAS_REFERENTS.__and__, flags)
        steps += (
            (holders.extend, compress(_values(found), may_hold)),
            (found.update, _by_id(_untracked_below(holders))),
            (holders.clear,),
        )
    atomic.run(*steps, (types.extend, map(type, _values(found))), (found.clear,))
    return _count(types, name)


def _untracked_below(objects):
    """
    Return a lazy iterator over the untracked referents of *objects*.

    They are copied into a tuple, so *objects* may change while this is read,
    but must not look for objects itself: a tuple under construction would be
    among them, and can then no longer grow.
    """
    referents = chain.from_iterable(starmap(_get_referents, map(tuple, (objects,))))
    return filterfalse(_is_tracked, referents)


def _by_id(objects):
    """Return a lazy iterator over (id, object)."""
    ones, twins = tee(objects)
    return zip(map(id, ones), twins)


def _values(mapping):
    """Return a lazy iterator over the values *mapping* will have."""
    return chain.from_iterable(map(atomic.call, (mapping.values,)))
