"""
Probe: every functools.lru_cache there is, how full it is and how often it helped.

The figures are read in place, without cache_info(), which runs code in
Python.  Without `_graph` nothing is known of them.
"""

import gc
import sys

from memprof.agent import __builtins__

try:
    from memprof.agent._graph import caches as _caches
except ImportError:
    _caches = None

_enable, _disable, _is_enabled = gc.enable, gc.disable, gc.isenabled
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
        # A class of the target's may be made of str, and answer for itself.
        words = map(string, map(_text, (module or "", name, file or "")))
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
    if _caches is None:
        return None
    module = sys.modules.get("_functools")
    wrapper = getattr(module, "_lru_cache_wrapper", None) if type(module) is _MODULE else None
    if wrapper is None:
        return []
    enabled = _is_enabled()
    _disable()
    try:
        rows = _caches(wrapper)
    finally:
        if enabled:
            _enable()
    if rows is not None:
        rows.sort(key=_order)
    return rows


def _order(row):
    """Return what rows are sorted by: size, then all else."""
    module, name, file, line, _, maxsize, size, hits, misses = row
    return -size, module or "", name, file or "", line, maxsize or 0, hits, misses
