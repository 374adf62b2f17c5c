"""
The caches of `functools.lru_cache` that fill while a function is called.

One with a limit may be emptied at any time, by its own rules; that is how it is
found out whether it accounts for what grew.
"""

import sys

from memprof.agent import (
    __builtins__,
    graph,
)

_module_of = "__module__"


def _wrapper():
    """Return the class of the caches, None where functools is not there."""
    return getattr(sys.modules.get("_functools"), "_lru_cache_wrapper", None)


def sizes():
    """Return {id: (cache, entries)} of all caches there are."""
    cls = _wrapper()
    if cls is None:
        return {}
    # Exactly this class: a subclass may answer by code of its own.
    found = [one for one in graph.tracked() if type(one) is cls]
    return {id(one): (one, one.cache_info().currsize) for one in found}


def grown(before):
    """Return [(cache, module, name, maxsize, entries gained)] since *before*, most first."""
    rows = []
    for key, (cache, size) in sizes().items():
        gained = size - (before[key][1] if key in before else 0)
        if gained > 0:
            named = cache.__dict__
            module, name = named.get(_module_of), named.get("__qualname__")
            limit = cache.cache_info().maxsize
            module = module if type(module) is str else ""
            name = name if type(name) is str else "?"
            rows.append((cache, module, name, limit, gained))
    rows.sort(key=_order)
    return rows


def _order(row):
    """Return what rows are sorted by."""
    return -row[4], row[1], row[2]


def emptier(caches):
    """Return a function that empties *caches*."""

    def empty():
        for cache in caches:
            cache.cache_clear()

    return empty
