"""`memprof repeat`: call one function in rounds and say whether it keeps anything."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, NoReturn

import click

from memprof.cli.terminal import say_over, show
from memprof.errors import FunctionFailed, FunctionNotFound
from memprof.launch.child import Answer, ask
from memprof.report.document import written
from memprof.report.names import signal_name

_MODULE = "memprof.cli.child"
_INTERRUPT = 2
_MOST_CALLS = 1_000_000


@click.command("repeat")
@click.argument("function", metavar="MODULE:FUNCTION")
@click.option(
    "--calls",
    metavar="N",
    type=click.IntRange(1, _MOST_CALLS),
    help="Calls of each round [50, or fewer if they are slow].",
)
@click.option(
    "--setup", metavar="MODULE:FUNCTION", help="Call this once first; it returns the arguments."
)
@click.option(
    "--clear-caches/--keep-caches",
    default=True,
    help="Empty the interpreter's own caches after each round [yes].",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(
    *,
    function: str,
    calls: int | None,
    setup: str | None,
    clear_caches: bool,
    as_json: bool,
) -> NoReturn:
    """
    Call a function again and again, and say whether it keeps something of each call.

    It is called in a Python of its own, from the current directory. Coroutine
    functions are awaited. The exit status is 0 if it keeps nothing, 1 if it
    does, 2 if there is no such function, 3 if it cannot be told.

    \b
    Examples:
      memprof repeat package.module:function
      memprof repeat json:loads --setup package.module:function --calls 20
      memprof repeat --json package.module:function
    """
    asked = {"function": function, "calls": calls, "setup": setup, "clear_caches": clear_caches}
    with _progress(function) as waiting:
        answer = ask(_MODULE, asked, waiting)
    said = _whole(answer, function)
    show(written(said["document"]) if as_json else said["text"])
    raise click.exceptions.Exit(said["status"])


@contextmanager
def _progress(function: str) -> Iterator[Callable[[], None] | None]:
    """Show for how long *function* is called by now, where somebody is looking."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    began_s, shown = monotonic(), False

    def waiting() -> None:
        nonlocal shown
        shown = True
        say_over(f"calling {function} in rounds: {monotonic() - began_s:.0f} s")

    try:
        yield waiting
    finally:
        if shown:
            say_over("")


def _whole(answer: Answer, function: str) -> Mapping[str, Any]:
    """Return what the child said; raise what it could not do."""
    said, ended = answer
    if said is None:
        if ended.signal == _INTERRUPT:
            raise KeyboardInterrupt
        how = signal_name(ended.signal) if ended.signal is not None else f"status {ended.code}"
        message = f"no verdict: calling {function} ended the process with {how}"
        raise FunctionFailed(message)
    if "missing" in said:
        raise FunctionNotFound(said["missing"], said["hint"])
    if "bug" in said:
        raise RuntimeError(said["bug"])
    if "failed" in said:
        message = f"no verdict: {function} raised {said['failed']}"
        raise FunctionFailed(message)
    return said
