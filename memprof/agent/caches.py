"""
Probe: every functools.lru_cache there is, how full it is and how often it helped.

The figures are read in place, without cache_info(), which runs code in
Python.  Where `_graph` is not built it is asked all the same.
"""

import sys

from memprof.agent import __builtins__, atomic

try:
    from memprof.agent._graph import caches as _caches
except ImportError:
    # In a checkout its sources alone are a folder, and no module.
    from memprof.agent.survey import caches as _caches

_MODULE = type(sys)
_text = str.__str__

_MOST = 1000
"""Caches told of, the fullest: a program may make one for each instance."""


def take(names, send):
    """*send* a row for each cache, if they can be read."""
    found = find_caches()
    if found is None:
        return
    string = names.string
    rows = []
    for module, name, file, line, pins, *figures in found[:_MOST]:
        words = map(string, (module or "", name, file or ""))
        rows.append([*words, line, int(pins), *figures])
    names.flush()
    send("caches", {"rows": rows})


def find_caches():
    """
    Return a row for each cache that is alive, fullest first; None if they cannot be read.

    A row is (module, name, file, line, pins, maxsize, size, hits, misses).
    The first four are those of the function that is cached; of one not
    written in Python, file is None and line 0, and module may be None.
    *pins* tells that it is a method by the name of its first argument,
    `self`: each entry keeps an instance alive.  *maxsize* is None if there
    is no limit.  *size*, *hits* and *misses* are counts; the caches the
    agent brought along are left out.
    """
    module = sys.modules.get("_functools")
    wrapper = getattr(module, "_lru_cache_wrapper", None) if type(module) is _MODULE else None
    if wrapper is None:
        return []
    rows = atomic.undisturbed(_caches, wrapper)
    if rows is None:
        return None
    return sorted(map(_plain, rows), key=_order)


def _plain(row):
    """Return *row* with texts that are no class of the target's, which may be made of str."""
    return (*(text if text is None else _text(text) for text in row[:3]), *row[3:])


def _order(row):
    """Return what rows are sorted by: size, then all else."""
    module, name, file, line, _, maxsize, size, hits, misses = row
    return -size, module or "", name, file or "", line, maxsize or 0, hits, misses
