"""`memprof suspects`: what leaks, and one suspect whole with what to try."""

import click

from memprof.analysis.explain import Explanation
from memprof.analysis.explain import explain as explain_one
from memprof.analysis.suspects import SuspectTable
from memprof.analysis.tree import explained as explain_of_tree
from memprof.cli import suppressions, trees
from memprof.cli.report import progress, rows
from memprof.cli.settings import effective
from memprof.cli.terminal import show
from memprof.errors import NoSuchSuspect
from memprof.report import document, page
from memprof.report import explain as explained


@click.command("suspects")
@click.argument("capture", metavar="CAPTURE")
@click.option(
    "--explain", "rank", metavar="N", type=int, help="Show suspect N whole, and what to try."
)
@click.option("--process", "pid", metavar="PID", type=int, help="Only this process of several.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--top", metavar="N", help="Rows of the table [10].")
@click.option(
    "--suppressions", "known", metavar="FILE", help="Leave out the suspects this file names."
)
def command(  # noqa: PLR0913  (click hands over one argument an option)
    *,
    capture: str,
    rank: int | None,
    pid: int | None,
    as_json: bool,
    top: str | None,
    known: str | None,
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
        found = trees.findings_of(capture, suppressions.rules(tables), told, pid).suspects
    if rank is not None:
        one = _explanation(capture, found, rank, pid)
        show(document.written(explained.document(one)) if as_json else page.explanation(one))
    elif as_json:
        show(document.written(document.suspects(found)))
    else:
        show(page.suspects_alone(found, rows(settings)))


def _explanation(capture: str, found: SuspectTable, rank: int, pid: int | None) -> Explanation:
    """
    Return all about the suspect of that *rank*; raise NoSuchSuspect where there is none.

    The capture is read again: of a tree, facts are not kept.
    """
    if not found.rows:
        message = f"there is no suspect to explain: the verdict is {found.verdict}"
        raise NoSuchSuspect(message)
    if not 1 <= rank <= len(found.rows):
        message = f"there is no suspect {rank}: there are {len(found.rows)}, from 1"
        raise NoSuchSuspect(message)
    row = found.rows[rank - 1]
    if row.found_in:
        return explain_of_tree(trees.facts_at(capture, row.found_in[0].key), found, row)
    return explain_one(trees.facts_of(capture, pid), found, row)
