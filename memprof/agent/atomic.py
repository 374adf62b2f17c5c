"""
Several calls as one: no other thread runs between, no collection starts.

A look at the heap holds references to the target's objects.  If another
thread ran meanwhile, an object it drops would die later and in our thread,
finalizer and all; and the objects we allocate would set off collections that
the target did not cause.  The interpreter switches threads, handles signals
and starts collections between bytecodes, so the calls are chained in C.
"""

import gc
from itertools import starmap

from memprof.agent import __builtins__

# Calls its first argument with the rest, from C.
call = type(len).__call__

_enable, _disable, _is_enabled = gc.enable, gc.disable, gc.isenabled


def run(*steps):
    """
    Run *steps*, each a tuple (builtin function, argument, ...), as one.

    Only functions written in C belong here.  The collector is switched off
    meanwhile and left as it was found.
    """
    if not _is_enabled():
        list(starmap(call, steps))
        return
    try:
        list(starmap(call, ((_disable,), *steps, (_enable,))))
    except BaseException:
        _enable()
        raise


def undisturbed(work, *args):
    """Return what *work*(*args*) does, with the collector off meanwhile and left as it was."""
    if not _is_enabled():
        return work(*args)
    _disable()
    try:
        return work(*args)
    finally:
        _enable()
