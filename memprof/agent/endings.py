"""
The ends of a process that skip atexit, and its forks.

`os._exit` and `os.abort` end it at once, so they are told to the session
first.  Other ends, by a signal or by exec, leave what was written so far.
"""

import atexit
import os
import posix

from memprof.agent import __builtins__

ORDERLY = frozenset({"exit", "_exit"})
"""Ends at which there is time for a closer look; by the second multiprocessing's workers end."""


def watch(session):
    """Tell *session* of the process's ends and forks."""
    # First registered, so last called: after the target's own.
    atexit.register(session.end, "exit")
    os.register_at_fork(
        before=session.before_fork,
        after_in_parent=session.after_fork_in_parent,
        after_in_child=session.after_fork_in_child,
    )
    for name in ("_exit", "abort"):
        replacement = _witness(session, name, getattr(posix, name))
        setattr(posix, name, replacement)
        setattr(os, name, replacement)


def _witness(session, name, original):
    """Return *original*, after telling *session*."""

    def ending(*args, **kwargs):
        session.end(name, *_status(args, kwargs))
        return original(*args, **kwargs)

    ending.__name__ = ending.__qualname__ = name
    ending.__module__ = "posix"
    return ending


def _status(args, kwargs):
    """Return the exit status among what `os._exit` was given, if it is one."""
    given = (*args, *kwargs.values())
    return given[:1] if given and type(given[0]) is int else ()
