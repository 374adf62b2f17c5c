"""`memprof check`: judge captures by limits and a baseline, for CI."""

from collections.abc import Callable
from typing import Any, NoReturn

import click

from memprof.analysis.findings import Findings
from memprof.cli import baseline, gate, limit_options, limits, roots, suppressions
from memprof.cli.settings import effective
from memprof.cli.terminal import say_note, show
from memprof.errors import BaselineNotMade, UsageError
from memprof.files import write_whole
from memprof.gate.baseline import Baseline
from memprof.gate.verdict import Verdict
from memprof.report import check, github, gitlab, junit, markdown, sarif
from memprof.report.prose import plural

FORMATS: dict[str, Callable[..., str]] = {
    "text": check.render,
    "json": check.dumps,
    "junit": junit.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "markdown": markdown.render,
}


@click.command("check")
@click.argument("captures", metavar="CAPTURE...", nargs=-1)
@limit_options.options
@click.option(
    "--update-baseline", is_flag=True, help="Write the suspects there are to the baseline."
)
@click.option(
    "--suppressions", "known", metavar="FILE", help="Leave out the suspects this file names."
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    type=click.Choice(list(FORMATS)),
    default="text",
    help=f"One of {', '.join(FORMATS)} [text].",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Write the format there, and text to standard output."
)
def command(
    *,
    captures: tuple[str, ...],
    update_baseline: bool,
    known: str | None,
    form: str,
    output: str | None,
    **given: Any,  # noqa: ANN401  (what click hands over)
) -> NoReturn:
    """
    Judge captures by limits: pass, fail or no verdict.

    CAPTURE is a file written by 'memprof run'.  Without any limit the gate
    fails on the first suspect.  The first line is the verdict; the status is 0
    where all limits hold, 1 where one is broken, 2 where the command or a
    setting is wrong, and 3 where nobody can tell.

    Limits may also stand in [tool.memprof.budget] of pyproject.toml.

    \b
    Examples:
      memprof check app.memprof --max-rss 300MiB --max-suspects 0
      memprof check app.memprof --baseline memprof-baseline.json --update-baseline
      memprof check app.memprof --baseline memprof-baseline.json --format junit -o memprof.xml
    """
    limiting = limit_options.taken(given)
    compare = gate.comparer(limiting)
    effective({})  # a setting that is wrong is said here as it is by every command
    if not captures:
        message = "no capture to check"
        raise UsageError(
            message, "Give the files that 'memprof run' wrote: memprof check *.memprof."
        )
    if update_baseline and limiting["baseline"] is None:
        limiting["baseline"] = baseline.DEFAULT_NAME
    asked = limits.asked(limiting, alone=compare is None)
    by = None if update_baseline else gate.measure(asked)
    found = gate.findings_of(captures, suppressions.read(known))
    by = by or gate.measure(asked, _written(str(asked.baseline), found))
    verdict = gate.judged(found, by, compare)
    _deliver(verdict, form, output)
    raise click.exceptions.Exit(verdict.exit_code)


def _written(path: str, found: gate.Found) -> Baseline:
    """Write the baseline at *path* anew and return it."""
    read = []
    for capture, one in found:
        if not isinstance(one, Findings):
            message = f"no baseline was written: {one}"
            raise BaselineNotMade(message)
        read.append((capture, one))
    made = baseline.write(path, read, roots.of_baseline(path))
    say_note(f"{plural(len(made.entries), 'suspect')} known in the baseline {path}")
    return made


def _deliver(verdict: Verdict, form: str, output: str | None) -> None:
    """Write the *verdict* in its *form*, to *output* beside the text where there is one."""
    root = roots.of_outputs()
    if output is not None:
        write_whole(output, FORMATS[form](verdict, root))
    if output is None and form != "text":
        show(FORMATS[form](verdict, root))
    else:
        gate.tell(verdict, show)
    if output is not None:
        say_note(f"{form} in {output}")
