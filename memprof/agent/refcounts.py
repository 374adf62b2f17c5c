"""
Probe: sys.getrefcount of classes and of sampled objects.

The count of a class counts its instances, tracked by the collector or not.
Sampled objects are known by address and type; nothing of them is kept.
Counts are taken by `map` into a list, where our own references are always
two, on every version.
"""

from itertools import chain, compress, repeat
from sys import getrefcount

from memprof.agent import (
    __builtins__,
    atomic,
)
from memprof.agent.objects import all_objects, flags_of, with_ids
from memprof.agent.tracebacks import first

_subclasses_of = type.__subclasses__

_OURS = 2
_HEAP_TYPE = 1 << 9
_NOT_A_COUNT = 500_000_000
"""Immortal and deferred objects carry a mark above this, not a count."""

_NO_COUNT = -1

_SAMPLED_TYPES = 10
_SAMPLES_PER_TYPE = 5
_GROWTH = 50
"""Objects by which a type must have grown to be sampled."""


def all_classes():
    """Return every class there is, each once, whatever its metaclass says."""
    found, level = {}, [object]
    while level:
        fresh = dict(zip(map(id, level), level, strict=True))
        for address in fresh.keys() & found.keys():
            del fresh[address]
        found.update(fresh)
        level = list(chain.from_iterable(map(_subclasses_of, fresh.values())))
    return list(found.values())


class RefCounts:
    """Counts references; sends what changed."""

    def __init__(self, names, tracebacks_of):
        """Number types and sites by *names*; ask *tracebacks_of* where objects are from."""
        self._names = names
        self._tracebacks_of = tracebacks_of
        # Of the classes: address to references, to type number; number to sum.
        self._counts = {}
        self._numbers_of = {}
        self._totals = {}
        self._first = {}
        # Of the samples, in parallel: address, number of the type, of the site.
        self._ids = []
        self._types = []
        self._sites = []
        self._numbers = {}

    def take(self, send, own_ids):
        """
        Count the references of classes and samples, and *send* them.

        Classes whose id is in *own_ids* are the agent's.
        """
        samples = self._count_samples()
        classes = self._count_classes(own_ids)
        self._names.flush()
        send("refcounts", {"classes": classes, "samples": samples})

    def _count_classes(self, own_ids):
        """Return type number, references, ... of the names that changed."""
        classes = all_classes()
        classes = list(compress(classes, map(_HEAP_TYPE.__and__, map(flags_of, classes))))
        addresses = list(map(id, classes))
        counts = list(map((-_OURS).__add__, map(getrefcount, classes)))
        known, numbers, totals = self._counts, self._numbers_of, self._totals
        before = map(known.get, addresses, repeat(_NO_COUNT))
        differs = list(map(int.__ne__, before, counts))
        changed = set()
        for cls, address, count in compress(zip(classes, addresses, counts), differs):
            if count < _NOT_A_COUNT and address not in own_ids:
                number = numbers[address] = self._names.type(cls)
                totals[number] = totals.get(number, 0) + count - known.get(address, 0)
                known[address] = count
                changed.add(number)
        for address in known.keys() - set(addresses):
            number = numbers.pop(address)
            totals[number] -= known.pop(address)
            changed.add(number)
        rows = []
        for number in sorted(changed):
            rows += (number, totals[number])
        return rows

    def _growing(self, by_type):
        """Return the numbers of the types that grew most since the start."""
        growth = [(count - self._first.get(number, 0), number) for number, count in by_type.items()]
        growth.sort(reverse=True)
        return [number for grown, number in growth[:_SAMPLED_TYPES] if grown >= _GROWTH]

    def choose(self, by_type, numbers, own_ids):
        """
        Choose more objects to watch, of the types that grow.

        *by_type* is type number to live objects; growth counts from the first
        call.  *numbers* is the address of a class to its type number.  Objects
        whose id is in *own_ids* are the agent's.
        """
        if not self._first:
            self._first.update(by_type)
        wanted = {
            number
            for number in self._growing(by_type)
            if self._types.count(number) < _SAMPLES_PER_TYPE
        }
        if not wanted:
            return
        wanted_at = {address: number for address, number in numbers.items() if number in wanted}
        every, kinds, ids = [], [], []
        atomic.run(
            (every.extend, all_objects()),
            (kinds.extend, map(id, map(type, every))),
            (ids.extend, map(id, every)),
            (every.clear,),
        )
        found = {number: [] for number in wanted}
        for kind, one in compress(zip(kinds, ids), map(wanted_at.__contains__, kinds)):
            found[wanted_at[kind]].append(one)
        for number in sorted(wanted):
            step = max(len(found[number]) // _SAMPLES_PER_TYPE, 1)
            some = found[number][: step * _SAMPLES_PER_TYPE : step]
            self._watch(number, [one for one in some if one not in own_ids])

    def _watch(self, number, ids):
        """Watch the objects *ids* of type *number*, as far as there is room."""
        room = _SAMPLES_PER_TYPE - self._types.count(number)
        for one in [one for one in ids if one not in self._numbers][:room]:
            self._numbers[one] = len(self._ids)
            self._ids.append(one)
            self._types.append(number)
            self._sites.append(None)

    def _count_samples(self):
        """Return sample, type, site, references, ... of the samples alive."""
        if not self._ids:
            return []
        alive, ids, types, counts, sites = [], [], [], [], []
        atomic.run(
            *with_ids(self._numbers, alive),
            (counts.extend, map(getrefcount, alive)),
            (sites.extend, self._tracebacks_of(alive)),
            (ids.extend, map(id, alive)),
            (types.extend, map(type, alive)),
            (alive.clear,),
        )
        rows = []
        for address, cls, count, pair in zip(ids, types, counts, sites, strict=True):
            traceback = first(pair)
            sample = self._numbers[address]
            if self._names.type(cls) != self._types[sample] or count >= _NOT_A_COUNT:
                continue
            if self._sites[sample] is None:
                self._sites[sample] = self._names.site(traceback) if traceback else -1
            rows += (sample, self._types[sample], self._sites[sample], count - _OURS)
        return rows

    @property
    def samples(self):
        """The samples: address to number."""
        return self._numbers

    def type_of(self, sample):
        """Return the type number of *sample*."""
        return self._types[sample]
