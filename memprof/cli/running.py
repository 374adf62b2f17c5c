"""What `memprof run` does, once its words are read; see `memprof.cli.run_words`."""

import gc
import os

from memprof.capture import outside
from memprof.cli import limit_options, suppressions
from memprof.cli.settings import DEFAULT, Setting, effective, for_agent
from memprof.cli.terminal import say_bug, say_error, say_note
from memprof.errors import AgentDidNotStart, MemprofError, UsageError
from memprof.launch import process
from memprof.launch.target import Target, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from memprof.cli.gate import Asking
    from memprof.launch.target import Kind

Settings = dict[str, Setting]

_LONGEST_NAME = 100
"""Characters of the target in its capture's name; file names end at 255 bytes."""


def start(  # noqa: PLR0913  (one argument an option)
    *,
    as_module: bool,
    as_code: bool,
    output: str | None,
    force: bool,
    json_path: str | None,
    known: str | None,
    target: tuple[str, ...],
    judged: bool = False,
    limiting: "Mapping[str, Any] | None" = None,
    **given: str | bool | None,
) -> "NoReturn":
    """
    Run *target*, show the report and end as the target did.

    *judged* says whether the run is judged at its end, *limiting* by what; *given*
    are the settings of the command line, None where it is silent.
    """
    settings = effective(given)
    tables = suppressions.read(known)
    judge_by = _asking(limiting or {}, judged=judged)
    chosen = resolve(_words(target), _kind(as_module=as_module, as_code=as_code))
    path = output or _default_name(chosen)
    if json_path is not None:
        _check_free(json_path, force=force)
    # From here memprof lives as long as the program: collect, but not what it loaded.
    gc.freeze()
    gc.enable()
    ended = _run(chosen, path, settings, force=force)
    if judge_by is not None:
        ended = _judged(ended, path, settings, tables, judge_by)
    _afterwards(path, json_path, settings, tables)
    process.leave(ended)


def _asking(limiting: "Mapping[str, Any]", *, judged: bool) -> "Asking | None":
    """Return what the run is to be judged by, read before it starts; None where by nothing."""
    if not judged:
        alone = limit_options.said(limiting)
        if alone:
            message = f"--{alone[0]} says nothing without --check"
            raise UsageError(message, "Add --check, or judge the capture later: 'memprof check'.")
        return None
    from memprof.cli import gate

    return gate.asking(limiting)


def _judged(
    ended: process.Ended,
    path: str,
    settings: Settings,
    tables: suppressions.Tables,
    judge_by: "Asking",
) -> process.Ended:
    """Return how to end: as the target did where that was bad, else as the verdict says."""
    from memprof.cli import gate

    if settings["report"].source == DEFAULT:
        # The verdict stands where the page would, unless both are asked for.
        settings["report"] = Setting(value=False, source=DEFAULT)
    status = gate.status_of(path, tables, judge_by, quiet=bool(settings["quiet"].value))
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


def _kind(*, as_module: bool, as_code: bool) -> "Kind":
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
    token = os.urandom(8).hex() if settings["follow"].value else None
    sink = outside.Outside(path, token)
    try:
        ended = process.run(target, os.path.abspath(path), for_agent(settings), sink, token)
    except MemprofError:
        outside.remove(path)
        sink.close()
        raise
    try:
        sink.fold()
    except (KeyboardInterrupt, OSError):
        # What is not folded in is read where it lies.
        return ended
    finally:
        sink.close()
    return ended


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
