"""
Probe: lost references, which are counted and held by nobody.

C code that takes a reference and forgets it keeps an object alive for ever, and no
memory grows where the object was there before.  Who holds a reference has a pointer
stored: what has a thousand references more than there are pointers to it in all of
the process's memory has lost them.  Classes are left out: many extensions forget the
reference of an instance to its class.  Without `_graph` nothing is known of it.
"""

from itertools import chain
from time import monotonic_ns

from memprof.agent import (
    __builtins__,
    atomic,
    graph,
)

try:
    from memprof.agent._graph import lost as _lost
except ImportError:
    _lost = None

_LEAST = 1000
"""References that must be missing: a few are held in ways that no pointer shows."""

_LOOKS = 64
"""Moments of which the counts are kept: every second goes when there are more."""

_SHARE, _SHORTEST_NS, _LONGEST_NS = 100, 100_000_000, 2_000_000_000
"""Time for reading all memory: a hundredth of the run, and within these bounds."""

_NAMED = {
    kind: (kind.__dict__["__module__"].__get__, kind.__dict__["__qualname__"].__get__)
    for kind in (type(atomic.run), type(len))
}


class Lost:
    """Remembers what had many references when, and says at the end which are lost."""

    def __init__(self, names):
        """Number types and strings by *names*."""
        self._names = names
        # In parallel: when, and "address:references ..." of then.  Texts, as lists that
        # come later would be counted among the target's.
        self._when, self._what = [], []

    def begin_again(self):
        """Remember for another capture."""
        self._when.clear()
        self._what.clear()

    def note(self, at_ns, heavy):
        """
        Remember *heavy*: address, references, ... of all that has a thousand, *at_ns*.

        None says that it is not known.
        """
        if heavy is None:
            return
        self._when.append(at_ns)
        self._what.append(" ".join(map("%d:%d".__mod__, zip(heavy[::2], heavy[1::2]))))
        if len(self._when) > _LOOKS:
            del self._when[1::2], self._what[1::2]

    def tell(self, send, ran_ns):
        """
        *send* the objects that lost references, if there are any and that can be known.

        *ran_ns* is how long the target ran, which decides how long to look.
        """
        if _lost is None:
            return
        allowed_ns = min(max(ran_ns // _SHARE, _SHORTEST_NS), _LONGEST_NS)
        found = atomic.undisturbed(_lost, self._names.type, _LEAST, monotonic_ns() + allowed_ns)
        if not found:
            return
        words = _names_at([row[0] for row in found])
        rows = []
        for address, number, references, pointers in found:
            name = self._names.string(words.get(address, ""))
            rows.append([number, name, references, pointers, self.looks_at(address)])
        self._names.flush()
        send("lost", {"rows": rows})

    def looks_at(self, address):
        """Return [at_ns, references, ...] of what stands at *address*, 0 for fewer than many."""
        looks, key = [], f"{address}:"
        for at_ns, what in zip(self._when, self._what, strict=True):
            counts = [word[len(key) :] for word in what.split() if word.startswith(key)]
            looks += (at_ns, int(counts[0]) if counts else 0)
        return looks


def _names_at(addresses):
    """Return address to the name in the program's code of what stands there, if it has one."""
    found, ids = [], []
    atomic.run(
        (found.extend, chain.from_iterable(map(graph.at, (addresses,)))),
        (ids.extend, map(id, found)),
    )
    return dict(zip(ids, map(_name_of, found), strict=True))


def _name_of(one):
    """Return `module.name` of a function, nothing of anything else."""
    if type(one) not in _NAMED:
        return ""
    module, name = (get(one) for get in _NAMED[type(one)])
    return f"{module}.{name}" if type(module) is str else name
