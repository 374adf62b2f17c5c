"""`memprof report`: what a capture says, as a page or as JSON."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from memprof.analysis.findings import Findings
from memprof.capture.records import Progress
from memprof.cli import graph, suppressions, trees
from memprof.cli.settings import Setting, effective
from memprof.cli.terminal import say, say_note, show
from memprof.errors import UsageError
from memprof.files import write_whole
from memprof.report import document, page

_LARGE_BYTES = 20_000_000
"""A smaller capture is read before a progress bar could be looked at."""


@click.command("report")
@click.argument("capture", metavar="CAPTURE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--top", metavar="N", help="Rows of each table [10].")
@click.option(
    "--section",
    "sections",
    metavar="NAME",
    multiple=True,
    type=click.Choice(page.SECTIONS),
    help=f"Only this section; may be repeated. One of {', '.join(page.SECTIONS)}.",
)
@click.option("--process", "pid", metavar="PID", type=int, help="Only this process of several.")
@click.option(
    "--graph",
    "graph_path",
    metavar="FILE",
    help="Write there what holds the suspects, as FILE.dot or FILE.png, and print nothing.",
)
@click.option(
    "--suppressions", "known", metavar="FILE", help="Leave out the suspects this file names."
)
def command(  # noqa: PLR0913  (click hands over one argument an option)
    *,
    capture: str,
    as_json: bool,
    top: str | None,
    sections: tuple[str, ...],
    pid: int | None,
    graph_path: str | None,
    known: str | None,
) -> None:
    """
    Show what a capture says.

    CAPTURE is a file written by 'memprof run'.  The JSON holds every table
    whole, whatever --top and --section say.  Where the program started
    others, the report is of all of them; --process PID shows one alone.

    \b
    Examples:
      memprof report app.memprof
      memprof report app.memprof --section suspects --top 3
      memprof report app.memprof --json
      memprof report app.memprof --graph owners.dot
    """
    settings = effective({"top": top})
    tables = suppressions.read(known)
    if graph_path is not None:
        if as_json:
            message = "--graph and --json exclude each other"
            raise UsageError(message, "See 'memprof report --help'.")
        graph.check(graph_path)
    with progress(capture) as told:
        findings = trees.findings_of(capture, suppressions.rules(tables), told, pid)
    if graph_path is not None:
        graph.write(findings, graph_path)
        say_note(f"graph in {graph_path}")
    elif as_json:
        show(document.dumps(findings))
    else:
        show(page.render(findings, sections or None, rows(settings)))


def findings_of(capture: str, tables: suppressions.Tables) -> Findings:
    """Return what the capture at *capture* means, without what *tables* suppress."""
    return trees.findings_of(capture, suppressions.rules(tables))


def say_page(findings: Findings, settings: dict[str, Setting]) -> None:
    """Write the whole page of *findings* to stderr."""
    say(page.render(findings, top=rows(settings)))


def write_document(findings: Findings, path: str) -> None:
    """Write *findings* as JSON to *path*."""
    write_whole(path, document.dumps(findings))


def rows(settings: dict[str, Setting]) -> int:
    """Return how many rows of a table to show."""
    top = settings["top"].value
    assert isinstance(top, int)  # noqa: S101  (tells mypy what settings.KINDS says)
    return top


@contextmanager
def progress(path: str) -> Iterator[Progress | None]:
    """Show how far a large capture is read, where somebody is looking."""
    if sys.stderr is None or not sys.stderr.isatty() or _size(path) < _LARGE_BYTES:
        yield None
        return
    with click.progressbar(length=_size(path), label="reading", file=sys.stderr) as bar:
        yield lambda done, _total: bar.update(done - bar.pos)


def _size(path: str) -> int:
    """Return the bytes at *path*, 0 where there is nothing to look at."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
