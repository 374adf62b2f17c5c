"""
Write to the user.

Remarks go to stderr and never fail because nobody listens; what was asked
for goes to stdout, and says so if it does not arrive.
"""

import os
import sys
from io import TextIOWrapper

from memprof.errors import UsageError

DEBUG_VARIABLE = "MEMPROF_DEBUG"

INTERNAL_ERROR = 125
"""The status where memprof itself failed."""


def say(text: str) -> None:
    """
    Write *text* to stderr, with a line's end if it has none.

    A stderr that is closed, full or broken is none of the program's concern:
    what cannot be said is not said.
    """
    _write(text if text.endswith("\n") else f"{text}\n")


def _write(text: str) -> None:
    """Write *text* to stderr, if it takes it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        # A second failure, at exit, would print Python's own complaint.
        sys.stderr = None


def say_error(message: str, hint: str = "") -> None:
    """Write *message* as memprof's, in one line, and its *hint* in another."""
    say_note(message)
    if hint:
        from memprof.report.escape import terminal

        say(f"  {terminal(hint)}")


def say_bug(error: BaseException) -> None:
    """Say in one line that memprof itself failed by *error*."""
    if os.environ.get(DEBUG_VARIABLE, "") not in {"", "0"}:
        from traceback import format_exception

        say("".join(format_exception(error)))
    say_error(
        f"internal error: {type(error).__name__}: {error}",
        f"This is a fault of memprof; {DEBUG_VARIABLE}=1 shows where it happened.",
    )


def say_note(message: str) -> None:
    """Write *message* as memprof's own remark beside the program's output."""
    # A name in the message may hold whatever its author liked.
    from memprof.report.escape import terminal

    say(f"memprof: {terminal(message)}")


def say_over(message: str) -> None:
    """Write *message* to a terminal over the line that stands there, without ending it."""
    from memprof.report.escape import terminal

    # Return, and erase to the end of the line.
    _write(f"\r\x1b[K{terminal(message)}")


def show(text: str) -> None:
    """
    Write *text* to stdout and see that it got there.

    Raises BrokenPipeError where the reader left, UsageError where the system
    does not take it.
    """
    if sys.stdout is None:
        return
    # What the terminal's encoding lacks is shown escaped, not refused.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"cannot write to standard output: {error.strerror}"
        raise UsageError(message, "Give it a place that takes what is written.") from error
