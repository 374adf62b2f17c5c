"""How many descriptors a process has open."""

import os

from memprof.agent import __builtins__

_stat, _list = os.stat, os.listdir
_FOLDER = "/proc/self/fd"


def count():
    """Return the open descriptors, None where only opening one more would tell."""
    try:
        # Since Linux 6.2; before that it is 0.
        return _stat(_FOLDER).st_size or None
    except OSError:
        return None


def count_anyhow():
    """Return the open descriptors, 0 where nobody says; may open one for it."""
    try:
        return count() or len(_list(_FOLDER)) - 1
    except OSError:
        return 0
