"""
Probe: live objects by type.

Objects are never looked at: only their address and their type's are taken,
in C, so no code of the target runs.  What the collector does not track
(bytes, strings, numbers, arrays) is reached from what it does track, which
costs more and is done at the first and the last snapshot only.
"""

import gc
import sys
from _collections import _count_elements
from itertools import chain, compress, filterfalse, repeat, starmap, tee

from memprof.agent import (
    __builtins__,
    atomic,
)
from memprof.agent.wire import ROWS_PER_RECORD, runs

_get_objects, _get_referents, _is_tracked = gc.get_objects, gc.get_referents, gc.is_tracked
_allocated_blocks = sys.getallocatedblocks
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_basicsize_of = type.__dict__["__basicsize__"].__get__
_itemsize_of = type.__dict__["__itemsize__"].__get__
flags_of = type.__dict__["__flags__"].__get__
_HAS_REFERENTS = 1 << 14
"""Py_TPFLAGS_HAVE_GC: instances can hold others, even if untracked just now."""

_SIZEOF = object.__dict__["__sizeof__"]
_C_METHOD = type(_SIZEOF)
# Calls a C method on an object, from C.
_size_of = _C_METHOD.__call__

# What a module written in C leads to is not looked at: 3.12's `_asyncio` shows
# the freed objects it keeps for reuse, and looking would free them again.
_MODULE = id(type(sys))
_NEITHER = (False, False).__eq__

_UNTRACKED_BLOCKS = 3_000_000
"""With more blocks than this the untracked objects would take seconds to count."""

_UNTRACKED_LEVELS = 3
"""How deep untracked containers (tuples of numbers) are looked into."""

_SHALLOW_TYPES = 24
"""Types whose shallow size is summed: the most numerous at the end."""


def all_objects():
    """Return a lazy iterator over all tracked objects, for `atomic.run`."""
    return chain.from_iterable(map(atomic.call, (_get_objects,)))


def of_type(cls, found):
    """Return steps for `atomic.run` that fill *found* with the objects of class *cls*."""
    every = []
    return (
        (every.extend, all_objects()),
        (found.extend, compress(every, map(id(cls).__eq__, map(id, map(type, every))))),
        (every.clear,),
    )


def with_ids(ids, found):
    """Return steps that fill *found* with the tracked objects whose id is in *ids*."""
    every = []
    return (
        (every.extend, all_objects()),
        (found.extend, compress(every, map(ids.__contains__, map(id, every)))),
        (every.clear,),
    )


class Objects:
    """Counts live objects by type; sends what changed."""

    def __init__(self, names):
        """Number types by *names*."""
        self._names = names
        # ids of the objects the agent brought along
        self.own_ids = set()
        self._own_by_type = {}
        self._counts = []
        # type number -> objects now, as last counted
        self.by_type = {}
        # address of a class -> its type number, of those seen then
        self.numbers = {}

    def adopt(self, tracked_before):
        """Take every object whose id is not in *tracked_before* for our own."""
        own = self.own_ids
        own.clear()
        self._own_by_type.clear()
        atomic.run((own.update, filterfalse(tracked_before.__contains__, map(id, all_objects()))))
        types, objects = [], []
        atomic.run(*with_ids(own, objects), (types.extend, map(type, objects)), (objects.clear,))
        self._own_by_type.update(self._by_number(types)[0])

    def forget_dead(self):
        """
        Forget those of our own objects that are gone.

        The target's next objects will have their addresses.
        """
        atomic.run((self.own_ids.intersection_update, map(id, all_objects())))

    def _by_number(self, types):
        """Count the list *types*; return type number to count, and class to type number."""
        by_id = {}
        _count_elements(by_id, map(id, types))
        counted = {}
        number_of = self._names.type
        numbers = {}
        for address, cls in dict(zip(map(id, types), types, strict=True)).items():
            number = numbers[address] = number_of(cls)
            counted[number] = counted.get(number, 0) + by_id[address]
        return counted, numbers

    def take(self, send):
        """Count the tracked objects and *send* the types that changed."""
        types = []
        atomic.run((types.extend, map(type, all_objects())))
        counted, numbers = self._by_number(types)
        # In place: a dictionary of ours that died would leave its address,
        # known as our own, to the target.
        self.numbers.clear()
        self.numbers.update(numbers)
        for number, own in self._own_by_type.items():
            counted[number] = max(counted.get(number, 0) - own, 0)
        self.by_type.clear()
        self.by_type.update(counted)
        known = self._counts
        known.extend(repeat(0, len(self._names.types) - len(known)))
        changed = [
            number for number in range(len(known)) if counted.get(number, 0) != known[number]
        ]
        for number in changed:
            known[number] = counted.get(number, 0)
        self._names.flush()
        for start in range(0, len(changed), ROWS_PER_RECORD):
            part = changed[start : start + ROWS_PER_RECORD]
            send("census", {"runs": runs(part), "counts": [known[number] for number in part]})

    def take_untracked(self, send):
        """Count what the collector does not track and *send* it, if it can be had."""
        if _allocated_blocks() > _UNTRACKED_BLOCKS:
            return
        found, types, every, tracked = {}, [], [], []
        is_own = map(self.own_ids.__contains__, map(id, every))
        is_module = map(_MODULE.__eq__, map(id, map(type, every)))
        steps = [
            (every.extend, all_objects()),
            (tracked.extend, compress(every, map(_NEITHER, zip(is_own, is_module)))),
            (every.clear,),
            (found.update, _by_id(_untracked_below(tracked))),
            (tracked.clear,),
        ]
        holders = []
        for _ in range(_UNTRACKED_LEVELS - 1):
            flags = map(flags_of, map(type, _values(found)))
            may_hold = map(_HAS_REFERENTS.__and__, flags)
            steps += (
                (holders.extend, compress(_values(found), may_hold)),
                (found.update, _by_id(_untracked_below(holders))),
                (holders.clear,),
            )
        atomic.run(*steps, (types.extend, map(type, _values(found))), (found.clear,))
        counted, _ = self._by_number(types)
        self._names.flush()
        numbers = sorted(counted)
        fields = {"types": numbers, "counts": [counted[number] for number in numbers]}
        send("untracked", fields)

    def take_shallow(self, send):
        """Sum the shallow sizes of the most numerous types and *send* them."""
        most = sorted(self.by_type.items(), key=lambda item: (-item[1], item[0]))
        wanted = {number for number, count in most[:_SHALLOW_TYPES] if count}
        every, kinds, classes = [], [], {}
        atomic.run(
            (every.extend, all_objects()),
            (kinds.extend, map(type, every)),
            (classes.update, zip(map(id, kinds), kinds)),
            (every.clear,),
        )
        numbers, methods, totals = {}, {}, {}
        count_of = {}
        _count_elements(count_of, map(id, kinds))
        kinds.clear()
        for address, cls in classes.items():
            number, sizeof = self._names.type(cls), _sizeof(cls)
            if number not in wanted or sizeof is None:
                continue
            numbers[address] = number
            if sizeof is _SIZEOF and not _itemsize_of(cls):
                totals[address] = count_of[address] * _basicsize_of(cls)
            else:
                methods[address] = sizeof
        sized, sizes = [], []
        atomic.run(
            (every.extend, all_objects()),
            (kinds.extend, map(id, map(type, every))),
            (sized.extend, compress(every, map(methods.__contains__, kinds))),
            (every.clear,),
            (kinds.clear,),
            (kinds.extend, map(id, map(type, sized))),
            (sizes.extend, map(_size_of, map(methods.__getitem__, kinds), sized)),
            (sized.clear,),
        )
        for address, size in zip(kinds, sizes, strict=True):
            totals[address] = totals.get(address, 0) + size
        rows = [(numbers[address], size) for address, size in totals.items()]
        names = [row[0] for row in rows]
        # Two classes of one name cannot be told apart in the table.
        known = [row for row in rows if names.count(row[0]) == 1]
        fields = {"types": [row[0] for row in known], "bytes": [row[1] for row in known]}
        send("shallow", fields)


def _sizeof(cls):
    """Return the C method that sizes instances of *cls*, None if it is Python."""
    for base in _mro_of(cls):
        method = _dict_of(base).get("__sizeof__")
        if method is not None:
            return method if type(method) is _C_METHOD else None
    return None


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
