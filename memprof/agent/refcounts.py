"""
Probe: sys.getrefcount of classes and of sampled objects.

The count of a class counts its instances, tracked by the collector or not.
Sampled objects are known by address and type; nothing of them is kept.
"""

from itertools import chain

from memprof.agent import (
    __builtins__,
    atomic,
    graph,
)
from memprof.agent.objects import differing

_SAMPLED_TYPES = 10
_SAMPLES_PER_TYPE = 5
_GROWTH = 50
"""Objects by which a type must have grown to be sampled."""

_NONE = -1


class RefCounts:
    """Counts references; sends what changed."""

    def __init__(self, names, tracebacks_of):
        """Number types and sites by *names*; ask *tracebacks_of* where objects are from."""
        self._names = names
        self._tracebacks_of = tracebacks_of
        # References to the classes of each name, by its number; -1 for none.
        self._references = []
        self._first = []
        # Of the samples, in parallel: address, number of the type, of the site.
        self._ids = []
        self._types = []
        self._sites = []
        self._numbers = {}

    def begin_again(self):
        """Count for another capture, and choose other objects to watch."""
        for kept in (self._references, self._first, self._ids, self._types, self._sites):
            kept.clear()
        self._numbers.clear()

    def take(self, send, references, seen):
        """
        *send* the references to classes that changed, and those to samples.

        *references* is by the number of the class's name, *seen* is [address,
        type, references, ...] of the samples that are still there.
        """
        known = self._references
        rows = []
        for number in differing(known, references, _NONE):
            # The last class of a name may be gone.
            count = max(references[number], 0)
            if known[number] != count:
                known[number] = count
                rows += (number, count)
        self._names.flush()
        send("refcounts", {"classes": rows, "samples": self._rows_of(seen)})

    def _rows_of(self, seen):
        """Return sample, type, site, references, ... of the samples *seen*."""
        rows = []
        for at in range(0, len(seen), 3):
            address, number, count = seen[at : at + 3]
            sample = self._numbers[address]
            if number == self._types[sample] and count != _NONE:
                rows += (sample, number, self._sites[sample], count)
        return rows

    def _growing(self, counts):
        """Return the numbers of the types that grew most since the first choice."""
        first = self._first
        growth = [
            (count - (first[number] if number < len(first) else 0), number)
            for number, count in enumerate(counts)
        ]
        growth.sort(reverse=True)
        return [number for grown, number in growth[:_SAMPLED_TYPES] if grown >= _GROWTH]

    def choose(self, counts):
        """
        Choose more objects to watch, of the types that grow.

        *counts* is the objects of each type, by its number; growth counts from
        the first call.
        """
        if not self._first:
            self._first.extend(counts)
        wanted = [
            number
            for number in self._growing(counts)
            if self._types.count(number) < _SAMPLES_PER_TYPE
        ]
        if wanted:
            there = [counts[number] for number in wanted]
            self._watch(graph.some(wanted, there, _SAMPLES_PER_TYPE))

    def _watch(self, rows):
        """Watch those of *rows*, [address, type, references, ...], for which there is room."""
        fresh = []
        for address, number in zip(rows[::3], rows[1::3], strict=True):
            room = _SAMPLES_PER_TYPE - self._types.count(number)
            if room and address not in self._numbers:
                self._numbers[address] = len(self._ids)
                self._ids.append(address)
                self._types.append(number)
                self._sites.append(_NONE)
                fresh.append(address)
        if not fresh:
            # A look at all objects is saved.
            return
        found, ids, sites = [], [], []
        atomic.run(
            (found.extend, chain.from_iterable(map(graph.at, (fresh,)))),
            (sites.extend, self._tracebacks_of(found)),
            (ids.extend, map(id, found)),
            (found.clear,),
        )
        for address, traceback in zip(ids, sites, strict=True):
            if traceback:
                self._sites[self._numbers[address]] = self._names.site(traceback)

    @property
    def samples(self):
        """The samples: address to number."""
        return self._numbers

    def type_of(self, sample):
        """Return the type number of *sample*."""
        return self._types[sample]
