"""
What the user types: the command line, and the one place where errors end.

Each command is a module of its name, loaded when it is asked for: starting a
program must not wait for the code that shows reports.
"""

import gc
import os
import sys

from memprof.cli import run_words
from memprof.cli.later import defer
from memprof.cli.terminal import INTERNAL_ERROR, say_bug, say_error
from memprof.errors import MemprofError

TYPE_CHECKING = False  # as the type checker knows it; `typing` would be most of what loads
if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell shows for a program that wrote to a reader who left."""


def main() -> "NoReturn":
    """
    Run the command line and end the process with its status.

    Every error ends here, in one line and a hint; MEMPROF_DEBUG=1 adds the
    traceback of an error that is memprof's own.
    """
    # Loading modules makes no garbage cycles to look for (3 of 57 ms).
    gc.disable()
    defer()
    try:
        status = _invoke(sys.argv[1:])
    except MemprofError as error:
        status = error.exit_code
        say_error(str(error), error.hint)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        status = BROKEN_PIPE
    except Exception as error:  # noqa: BLE001  (no traceback of ours ever)
        status = INTERNAL_ERROR
        say_bug(error)
    # Not `sys.exit`: all is flushed, and what failed to be must not fail again.
    os._exit(status)


def _invoke(words: list[str]) -> int:
    """Run the command that *words* name and return its status; most runs need no click for it."""
    plain = run_words.plain(words[1:]) if words[:1] == ["run"] else None
    if plain is not None:
        from memprof.cli import running

        running.start(**plain)  # type: ignore[arg-type]  # each of its parameter's type
    from memprof.cli.commands import invoke

    return invoke(words)
