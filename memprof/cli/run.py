"""`memprof run`: the program unchanged, a capture beside it, a report at its end."""

import gc
import os
from contextlib import suppress
from typing import Any, Literal, NoReturn

import click

from memprof.capture import outside
from memprof.cli import limit_options, suppressions
from memprof.cli.settings import DEFAULT, Setting, effective, for_agent
from memprof.cli.terminal import say_bug, say_error, say_note
from memprof.errors import AgentDidNotStart, MemprofError, UsageError
from memprof.launch import process
from memprof.launch.target import Target, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from memprof.gate.verdict import Measure

Settings = dict[str, Setting]

_LONGEST_NAME = 100
"""Characters of the target in its capture's name; file names end at 255 bytes."""


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.option("-m", "as_module", is_flag=True, help="TARGET is a module, as for 'python -m'.")
@click.option("-c", "as_code", is_flag=True, help="TARGET is code, as for 'python -c'.")
@click.option("-o", "--output", metavar="FILE", help="Write the capture here.")
@click.option("-f", "--force", is_flag=True, help="Overwrite the files of -o and --json.")
@click.option("--quiet/--no-quiet", "-q/ ", default=None, help="Say nothing, not even the report.")
@click.option("--report/--no-report", default=None, help="Print the report at the end.")
@click.option("--json", "json_path", metavar="FILE", help="Write the report there as JSON too.")
@click.option("--top", metavar="N", help="Rows of each table [10].")
@click.option(
    "--engine", metavar="NAME", help="auto, native, sample[=SIZE], tracemalloc, or off [auto]."
)
@click.option("--depth", metavar="N", help="Frames kept of each allocation, 1 to 128 [1].")
@click.option("--interval", metavar="TIME", help="Time between snapshots, 2 or 500ms [adaptive].")
@click.option("--cycles/--no-cycles", default=None, help="See what garbage cycles are made of.")
@click.option(
    "--suppressions", "known", metavar="FILE", help="Leave out the suspects this file names."
)
@click.option("--check", "judged", is_flag=True, help="Judge the run by its limits at its end.")
@limit_options.options
@click.argument("target", nargs=-1, type=click.UNPROCESSED)
def command(  # noqa: PLR0913  (click hands over one argument an option)
    *,
    as_module: bool,
    as_code: bool,
    output: str | None,
    force: bool,
    json_path: str | None,
    known: str | None,
    judged: bool,
    target: tuple[str, ...],
    **given: Any,  # noqa: ANN401  (what click hands over)
) -> NoReturn:
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
    settings = effective(given)
    tables = suppressions.read(known)
    by = _measure(limiting, judged=judged)
    chosen = resolve(_words(target), _kind(as_module=as_module, as_code=as_code))
    path = output or _default_name(chosen)
    if json_path is not None:
        _check_free(json_path, force=force)
    # From here memprof lives as long as the program: collect, but not what it loaded.
    gc.freeze()
    gc.enable()
    ended = _run(chosen, path, settings, force=force)
    if by is not None:
        ended = _judged(ended, path, settings, tables, by)
    _afterwards(path, json_path, settings, tables)
    process.leave(ended)


def _measure(limiting: dict[str, Any], *, judged: bool) -> "Measure | None":
    """Return what the run is to be judged by, read before it starts; None where by nothing."""
    if not judged:
        alone = limit_options.said(limiting)
        if alone:
            message = f"--{alone[0]} says nothing without --check"
            raise UsageError(message, "Add --check, or judge the capture later: 'memprof check'.")
        return None
    from memprof.cli import gate, limits

    return gate.measure(limits.asked(limiting))


def _judged(
    ended: process.Ended,
    path: str,
    settings: Settings,
    tables: suppressions.Tables,
    by: "Measure",
) -> process.Ended:
    """Return how to end: as the target did where that was bad, else as the verdict says."""
    from memprof.cli import gate

    if settings["report"].source == DEFAULT:
        # The verdict stands where the page would, unless both are asked for.
        settings["report"] = Setting(value=False, source=DEFAULT)
    status = gate.status_of(path, tables, by, quiet=bool(settings["quiet"].value))
    if ended == (0, None):
        return process.Ended(status, None)
    if not settings["quiet"].value:
        say_note(f"the program's own status goes before the gate's, which is {status}")
    return ended


def _words(target: tuple[str, ...]) -> tuple[str, ...]:
    """Return *target*, which must name something to run."""
    if not target:
        message = "no program to run"
        raise UsageError(message, "For example 'memprof run script.py'; see 'memprof run --help'.")
    return target


def _kind(*, as_module: bool, as_code: bool) -> Literal["script", "module", "code"]:
    """Return what the target is by its flags."""
    if as_module and as_code:
        message = "-m and -c exclude each other"
        raise UsageError(message, "See 'memprof run --help'.")
    if as_module:
        return "module"
    return "code" if as_code else "script"


def _default_name(target: Target) -> str:
    """Return the capture's name where -o gives none."""
    name = target.name.replace(os.sep, "-")[:_LONGEST_NAME]
    return f"memprof-{name}.{os.getpid()}.memprof"


def _check_free(path: str, *, force: bool) -> None:
    """Raise UsageError, before anything runs, where *path* cannot be written."""
    if os.path.lexists(path) and not force:
        message = f"{path} already exists"
        raise UsageError(message, "Choose another with --json, or overwrite it with -f.")
    if os.path.isdir(path) or not os.access(os.path.dirname(path) or os.curdir, os.W_OK | os.X_OK):
        message = f"{path} cannot be written"
        raise UsageError(message, "Choose a directory you can write to with --json.")


def _run(target: Target, path: str, settings: Settings, *, force: bool) -> process.Ended:
    """Run *target* with a new capture at *path*; leave none if it did not start."""
    outside.create(path, overwrite=force)
    sink = outside.Outside(path)
    try:
        return process.run(target, os.path.abspath(path), for_agent(settings), sink)
    except MemprofError:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        sink.close()


def _afterwards(
    path: str, json_path: str | None, settings: Settings, tables: suppressions.Tables
) -> None:
    """
    Show what the capture at *path* says, as far as *settings* want it.

    The program has ended: whatever fails now is one line on stderr, and its
    status stays its own.
    """
    quiet = settings["quiet"].value
    wanted = bool(settings["report"].value) and not quiet
    try:
        if not quiet or json_path is not None:
            _check_started(path)
        suspects = 0
        if wanted or json_path is not None:
            suspects = _report(path, json_path, settings, tables, wanted=wanted)
        if not quiet:
            say_note(f"capture in {path}; 'memprof report {path}' shows it again")
        if wanted and suspects:
            say_note(f"'memprof suspects {path} --explain 1' says what to try")
    except KeyboardInterrupt:
        return
    except MemprofError as error:
        say_error(str(error), error.hint)
    except Exception as error:  # noqa: BLE001  (the status is the target's, always)
        say_bug(error)


def _check_started(path: str) -> None:
    """Raise AgentDidNotStart where no agent reported in the capture at *path*."""
    from memprof.capture.hello import has_hello

    if not has_hello(path):
        message = "the program ran, but no agent reported from inside it"
        raise AgentDidNotStart(message)


def _report(
    path: str,
    json_path: str | None,
    settings: Settings,
    tables: suppressions.Tables,
    *,
    wanted: bool,
) -> int:
    """
    Print the report on stderr if *wanted*, and write it to *json_path* if there is one.

    Return how many suspects it names.
    """
    from memprof.cli import report

    findings = report.findings_of(path, tables)
    if wanted:
        report.say_page(findings, settings)
    if json_path is not None:
        report.write_document(findings, json_path)
    return len(findings.suspects.rows)
