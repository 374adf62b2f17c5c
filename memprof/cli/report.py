"""`memprof report`: what a capture says, as a page or as JSON."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from memprof.analysis.findings import Findings, analyse
from memprof.capture.reader import read
from memprof.capture.records import Progress
from memprof.cli.files import write_whole
from memprof.cli.settings import Setting, effective
from memprof.cli.terminal import say, show
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
def command(*, capture: str, as_json: bool, top: str | None, sections: tuple[str, ...]) -> None:
    """
    Show what a capture says.

    CAPTURE is a file written by 'memprof run'.  The JSON holds every table
    whole, whatever --top and --section say.

    \b
    Examples:
      memprof report app.memprof
      memprof report app.memprof --section suspects --top 3
      memprof report app.memprof --json
    """
    settings = effective({"top": top})
    with _progress(capture) as progress:
        findings = analyse(read(capture, progress))
    if as_json:
        show(document.dumps(findings))
    else:
        show(page.render(findings, sections or None, rows(settings)))


def findings_of(capture: str) -> Findings:
    """Return what the capture at *capture* means."""
    return analyse(read(capture))


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
def _progress(path: str) -> Iterator[Progress | None]:
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
