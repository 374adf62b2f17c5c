"""A child of memprof's own: a Python that does one thing and leaves an answer."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from memprof.launch.process import Ended
from memprof.launch.signals import forwarded
from memprof.launch.spawned import Spawned
from memprof.launch.target import split_options

_WAITING_EVERY_S = 1.0
_CLOSING = ("-I", "-E", "-S", "-P", "-s")
"""Options of our own Python that would keep the user's modules out of the child."""


class Answer(NamedTuple):
    """What the child left, None if nothing; and how it `ended`."""

    said: Mapping[str, Any] | None
    ended: Ended


def ask(
    module: str, asked: Mapping[str, object], waiting: Callable[[], None] | None = None
) -> Answer:
    """
    Run *module* in a Python of its own, *asked* so; return its answer.

    *waiting* is called every second until it is there.

    The answer comes in a file without a name, not a pipe: whatever the child
    leaves running could hold a pipe open for ever.
    """
    options = [word for word in split_options(sys.orig_argv[1:])[0] if word not in _CLOSING]
    with TemporaryFile() as file:
        words = json.dumps({**asked, "descriptor": file.fileno()})
        command = (sys.executable, *options, "-m", module, words)
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003  (it has no other form)
        with forwarded() as forwarder:
            child = Spawned(sys.executable, command, os.environ, forwarder)
            while not child.ended_within(_WAITING_EVERY_S):
                if waiting is not None:
                    waiting()
            status = child.wait()
        file.seek(0)
        text = file.read()
    ended = Ended(status, None) if status >= 0 else Ended(None, -status)
    return Answer(_read(text), ended)


def _read(text: bytes) -> Mapping[str, Any] | None:
    """Return what *text* says, None if it is not whole."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
