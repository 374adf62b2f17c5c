"""`memprof suspects`: what leaks, and one suspect whole with what to try."""

import click

from memprof.analysis import suppressions as suppressed
from memprof.analysis.explain import Explanation, explain
from memprof.analysis.suspects import SuspectTable, analyse
from memprof.capture.reader import read
from memprof.cli import suppressions
from memprof.cli.report import progress, rows
from memprof.cli.settings import effective
from memprof.cli.terminal import show
from memprof.errors import NoSuchSuspect
from memprof.model.facts import Facts
from memprof.report import document, page
from memprof.report import explain as explained


@click.command("suspects")
@click.argument("capture", metavar="CAPTURE")
@click.option(
    "--explain", "rank", metavar="N", type=int, help="Show suspect N whole, and what to try."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--top", metavar="N", help="Rows of the table [10].")
@click.option(
    "--suppressions", "known", metavar="FILE", help="Leave out the suspects this file names."
)
def command(
    *, capture: str, rank: int | None, as_json: bool, top: str | None, known: str | None
) -> None:
    """
    Show what leaks, the surest first.

    CAPTURE is a file written by 'memprof run'.  With '--explain 1' the first
    suspect is shown whole: how it grew, what holds it, where it comes from,
    and what to try.

    \b
    Examples:
      memprof suspects app.memprof
      memprof suspects app.memprof --json
    """
    settings = effective({"top": top})
    tables = suppressions.read(known)
    with progress(capture) as told:
        facts = read(capture, told)
    found = suppressed.apply(analyse(facts), suppressions.rules(tables))
    if rank is not None:
        one = _explanation(facts, found, rank)
        show(document.written(explained.document(one)) if as_json else page.explanation(one))
    elif as_json:
        show(document.written(document.suspects(found)))
    else:
        show(page.suspects_alone(found, rows(settings)))


def _explanation(facts: Facts, found: SuspectTable, rank: int) -> Explanation:
    """Return all about the suspect of that *rank*; raise NoSuchSuspect where there is none."""
    if not found.rows:
        message = f"there is no suspect to explain: the verdict is {found.verdict}"
        raise NoSuchSuspect(message)
    if not 1 <= rank <= len(found.rows):
        message = f"there is no suspect {rank}: there are {len(found.rows)}, from 1"
        raise NoSuchSuspect(message)
    return explain(facts, found, found.rows[rank - 1])
