"""`memprof run` as click sees it: what it says of itself, and the words that are not plain."""

from typing import Any, NoReturn

import click

from memprof.cli import limit_options, running
from memprof.cli.run_words import OPTIONS, Option


def _declared(option: Option) -> Any:  # noqa: ANN401  (click's decorator)
    """Return the click option that *option* describes."""
    if option.metavar is not None:
        return click.option(
            *option.flags, option.parameter, metavar=option.metavar, help=option.help
        )
    if not option.off:
        return click.option(*option.flags, option.parameter, is_flag=True, help=option.help)
    long, *short = option.flags
    flags = [f"{long}/{option.off}", *(f"{flag}/ " for flag in short)]
    return click.option(*flags, option.parameter, default=None, help=option.help)


def _options(command: Any) -> Any:  # noqa: ANN401  (what click's decorators take and give)
    """Give *command* every option of `run_words`."""
    for option in reversed(OPTIONS):
        command = _declared(option)(command)
    return command


@click.command("run", context_settings={"allow_interspersed_args": False})
@_options
@click.option("--check", "judged", is_flag=True, help="Judge the run by its limits at its end.")
@limit_options.options
@click.argument("target", nargs=-1, type=click.UNPROCESSED)
def command(**given: Any) -> NoReturn:  # noqa: ANN401  (what click hands over)
    """
    Run a Python program and show how it uses memory.

    TARGET is a script, a module with -m, code with -c, or a command on PATH
    that is written in Python.  What follows it belongs to it.  The program
    runs as it would without memprof, and its exit status is the command's.

    The capture is named memprof-TARGET.PID.memprof, where PID is memprof's
    own; 'memprof report' shows it again.

    With '--check' the run is judged as by 'memprof check', and where the
    program's own status is 0 the verdict's is the command's.

    \b
    Examples:
      memprof run script.py --its-option
      memprof run -o app.memprof -m package.module
      memprof run -q -c 'print(sum(range(1000)))'
      memprof run --cycles --depth 5 pip list
      memprof run --check --max-rss 300MiB -o judged.memprof script.py --its-option
    """
    limiting = limit_options.taken(given)
    running.start(limiting=limiting, **given)
