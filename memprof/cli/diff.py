"""`memprof diff`: what changed from one capture, or one moment of it, to another."""

import click

from memprof.analysis.diff import analyse, missing
from memprof.analysis.holdings import KINDS, SITE, TYPE, Side
from memprof.cli.captures import sides
from memprof.cli.report import rows
from memprof.cli.settings import effective
from memprof.cli.terminal import say_note, show
from memprof.errors import NotRecorded, UsageError
from memprof.gate.diff import judge, read
from memprof.gate.limit import Tolerance
from memprof.report import diff as page
from memprof.report.compared import build
from memprof.report.document import written
from memprof.report.limits import document, lines
from memprof.report.remarks import why

_ALL = "0"


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--by",
    type=click.Choice(KINDS),
    help=f"What to compare row by row: {', '.join(KINDS)} [{SITE}].",
)
@click.option(
    "--at",
    metavar="MOMENT",
    help="The moment where OLD or NEW names none: end, peak, or a checkpoint's name [end].",
)
@click.option(
    "--fail-on",
    "limits",
    metavar="LIMIT",
    multiple=True,
    help="End with status 1 where this grew more, as live:+1MiB, rss:+10%, blocks:+100, peak:+5%,"
    " or any one row, as site:+64KiB, file:+1MiB, type:+50; may be repeated.",
)
@click.option("--top", metavar="N", help="Rows of the table, 0 for all [10].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(  # noqa: PLR0913  (click hands over one argument an option)
    *,
    old: str,
    new: str,
    by: str | None,
    at: str | None,
    limits: tuple[str, ...],
    top: str | None,
    as_json: bool,
) -> None:
    """
    Show what changed from one capture to another.

    OLD and NEW are files written by 'memprof run', each with a moment after
    an @ if you like: '@end', '@peak' or the name of a checkpoint.  Lines are
    the same where their function and its code are, whatever their numbers.

    With --fail-on the verdict comes first, and the status is 0 where every
    limit holds, 1 where one is broken, 3 where a figure is not there.

    \b
    Examples:
      memprof diff app.memprof@warm app.memprof@end
      memprof diff app.memprof@peak app.memprof --by type
      memprof diff app.memprof@warm app.memprof --by file --json
      memprof diff app.memprof@warm app.memprof --fail-on live:+500MiB
    """
    shown, asked = _rows(top), [_limit(text) for text in limits]
    before, after = sides(old, new, at)
    found = analyse(before, after, _kind(before, after, by))
    verdict = judge(found, asked) if asked else None
    if as_json:
        show(written(build(found) | document(verdict)))
    else:
        show(lines(verdict) + page.render(found, shown))
    if verdict is not None:
        raise click.exceptions.Exit(verdict.exit_code)


def _limit(text: str) -> Tolerance:
    """Return the limit that *text* sets; raise UsageError, which names the option."""
    try:
        return read(text)
    except UsageError as error:
        message = f"--fail-on: {error}"
        raise UsageError(message, error.hint) from error


def _rows(top: str | None) -> int | None:
    """Return how many rows to show, None for all."""
    if top == _ALL:
        effective({})
        return None
    return rows(effective({"top": top}))


def _kind(old: Side, new: Side, by: str | None) -> str:
    """
    Return what to compare: *by*, or sites, or types where sites were not recorded.

    Raises NotRecorded where a capture does not have what was asked for.
    """
    reasons = [(side, missing(side, by or SITE)) for side in (old, new)]
    lacking = [(side, reason) for side, reason in reasons if reason is not None]
    if not lacking:
        return by or SITE
    side, reason = lacking[0]
    message, hint = why(side, reason)
    if by is None:
        say_note(f"{message}; types are compared")
        return TYPE
    raise NotRecorded(message, hint)
