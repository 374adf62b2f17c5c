"""`memprof history`: remember what runs came to, show how it goes, forget the old ones."""

import click

from memprof.cli import branch, gate
from memprof.cli.limit_options import HISTORY
from memprof.cli.terminal import say_note, show
from memprof.errors import HistoryNotAdded, UsageError
from memprof.gate import against
from memprof.gate.figures import Gap
from memprof.history import store
from memprof.report import past
from memprof.report.gaps import because
from memprof.report.prose import plural

_KEEP = 200


_file = click.option(
    "--history", "path", metavar="FILE", default=HISTORY, help=f"The file [{HISTORY}]."
)


@click.group("history", no_args_is_help=False)
def command() -> None:
    """
    Remember what runs came to, so that new ones are judged against them.

    'memprof check --against history' does that.  The runs are in one SQLite
    file, which jobs may write to at once.

    \b
    Examples:
      memprof history add app.memprof
      memprof history show
      memprof history prune --keep 50
    """


@command.command("add")
@click.argument("captures", metavar="CAPTURE...", nargs=-1)
@click.option("--branch", "name", metavar="NAME", help="The branch [as the CI or git says].")
@_file
def add(*, captures: tuple[str, ...], name: str | None, path: str) -> None:
    """Add what captures came to, all or none of them."""
    if not captures:
        message = "no capture to add"
        raise UsageError(message, "Give the files that 'memprof run' wrote.")
    of, commit = branch.name() if name is None else name, branch.commit()
    runs = []
    for capture, found in gate.findings_of(captures, []):
        if isinstance(found, Exception):
            message = f"nothing was added: {found}"
            raise HistoryNotAdded(message)
        one = against.past(found, of, commit)
        if isinstance(one, Gap):
            message = f"nothing was added: {capture}: {because(one)}"
            raise HistoryNotAdded(message)
        runs.append(one)
    new = store.add(path, runs)
    known = f", {len(runs) - new:,} there already" if new < len(runs) else ""
    say_note(f"{plural(new, 'run')} added to {path} for branch {of or '(none)'}{known}")


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--last", metavar="N", type=click.IntRange(1, 1000), default=30, help="Runs [30].")
@_file
def show_runs(*, as_json: bool, last: int, path: str) -> None:
    """Show how each figure went, by branch, Python, platform and program."""
    groups = [store.latest(path, kind, last) for kind in store.kinds(path)]
    show(past.dumps(groups) if as_json else past.render(groups))


@command.command("prune")
@click.option(
    "--keep", metavar="N", type=click.IntRange(1), default=_KEEP, help=f"Runs of a kind [{_KEEP}]."
)
@_file
def prune(*, keep: int, path: str) -> None:
    """Delete all but the last runs of each branch, Python, platform and program."""
    say_note(f"{plural(store.prune(path, keep), 'run')} deleted from {path}")
