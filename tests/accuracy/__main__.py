"""
How right memprof is: recall and precision over programs whose truth is known.

    python -m tests.accuracy own [NAME...]
    python -m tests.accuracy corpus DIR [CASE...]

`own` runs the targets of this repository with the memprof of --python (this
interpreter if not said).  `corpus` makes an environment for every side of every
case below --scratch, puts the memprof of --checkout into it, and runs each case at
both of its counts.  `--with="--engine tracemalloc"` gives options to `memprof run`.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
# Both `python -m tests.accuracy` and `python tests/accuracy` find the tests' own modules.
sys.path.insert(0, str(HERE.parent))

from accuracy import corpus, truths  # noqa: E402  (as above)
from accuracy.runs import Run, run  # noqa: E402  (as above)

TOP = 3
_LINE = "{:<30} {:<6} {:>6} {:<4} {:<26} {:>4} {:<5} {:>5} {:>3}  {}"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One run beside its truth; `said` is None where the run failed.

    `remark` is what a side that is not to be accused is known to leave behind.
    """

    case: str
    side: str
    kind: str
    count: int
    leaks: bool
    has_cause: bool
    said: truths.Said | None
    right_word: bool
    run: Run
    remark: str = ""

    @property
    def is_right(self) -> bool:
        """Whether a leak is accused and its cause in the top, or an honest one is left alone."""
        if self.said is None:
            return False
        if not self.leaks:
            return not self.said.accused or bool(self.remark)
        return self.said.accused and (self.is_named or not self.has_cause)

    @property
    def is_named(self) -> bool:
        """Whether the true cause is among the first suspects."""
        return self.said is not None and self.said.rank is not None and self.said.rank <= TOP


def main() -> None:
    """Do what the command line says; exit 1 if anything is wrong and --strict is given."""
    options = _parser().parse_args()
    jobs = _own(options) if options.what == "own" else _corpus(options)
    rows = _run_all(jobs, options.jobs)
    _summary(rows)
    if options.strict and not all(row.is_right for row in rows):
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("-j", "--jobs", type=int, default=1, help="runs at a time [1]")
    every.add_argument("--with", dest="options", default="", help="options of memprof run")
    every.add_argument("--repeat", type=int, default=1, help="times to run each [1]")
    every.add_argument("--keep", type=Path, help="folder for the reports and captures")
    every.add_argument("--strict", action="store_true", help="exit 1 if a row is wrong")
    what = parser.add_subparsers(dest="what", required=True)
    own = what.add_parser("own", parents=[every])
    own.add_argument("names", nargs="*", metavar="NAME")
    own.add_argument("--python", default=sys.executable, help="has memprof installed")
    own.add_argument("--scale", type=float, default=1.0, help="of each target's own count [1.0]")
    other = what.add_parser("corpus", parents=[every])
    other.add_argument("dir", type=Path)
    other.add_argument("names", nargs="*", metavar="CASE")
    other.add_argument("--scratch", type=Path, default=CHECKOUT / ".accuracy")
    other.add_argument("--checkout", type=Path, default=CHECKOUT, help="of the memprof to install")
    other.add_argument("--side", help="leaky, fixed or clean only")
    other.add_argument("--count", choices=("small", "large", "both"), default="both")
    other.add_argument("--frozen", action="store_true", help="the versions the case recorded")
    return parser


Job = Callable[[], list[Row]]


def _own(options: argparse.Namespace) -> list[Job]:
    """Return the runs of this repository's targets."""
    targets = HERE.parent / "targets"
    found = [*truths.all_in(targets / "leaks"), *truths.all_in(targets / "honest")]
    chosen = [truth for truth in found if not options.names or truth.name in options.names]
    missing = set(options.names) - {truth.name for truth in found}
    if missing:
        sys.exit(f"no such target: {', '.join(sorted(missing))}")
    return [
        lambda truth=truth: [_own_row(truth, options)]  # type: ignore[misc]
        for truth in chosen
        for _ in range(options.repeat)
    ]


def _own_row(truth: truths.Truth, options: argparse.Namespace) -> Row:
    """Run one target of our own."""
    count = max(1, round(truth.count * options.scale))
    words = [str(truth.path), str(count)]
    keep = options.keep and options.keep / f"{truth.name}-{count}"
    done = run(options.python, shlex.split(options.options), words, keep)
    said = truths.said(done.document, truth.causes, truth.owner) if done.document else None
    return Row(
        case=truth.name,
        side="leak" if truth.leaks else "honest",
        kind="",
        count=count,
        leaks=truth.leaks,
        has_cause=bool(truth.causes),
        said=said,
        right_word=bool(said and set(truth.verdicts).intersection(said.words)),
        run=done,
    )


def _corpus(options: argparse.Namespace) -> list[Job]:
    """Return the runs of a corpus."""
    corpus.forget_wheels(options.scratch)
    found = corpus.sides(options.dir, options.names, options.side)
    return [lambda side=side: _side_rows(side, options) for side in found]  # type: ignore[misc]


def _side_rows(side: corpus.Side, options: argparse.Namespace) -> list[Row]:
    """Run one side of one case at its counts."""
    try:
        python = corpus.environment(options.dir, side, options.scratch, frozen=options.frozen)
        corpus.install(python, options.checkout, options.scratch)
    except OSError as error:
        return [_side_row(side, 0, Run(None, str(error), 0.0))]
    counts = {"small": side.counts[:1], "large": side.counts[-1:], "both": side.counts}
    words = shlex.split(options.options)
    rows = []
    for count in counts[options.count] * options.repeat:
        keep = options.keep and options.keep / f"{side.case}-{side.side}-{count}"
        done = run(python, words, [str(side.target), str(count)], keep)
        rows.append(_side_row(side, count, done))
    return rows


def _side_row(side: corpus.Side, count: int, done: Run) -> Row:
    """Return one run beside what its case says."""
    said = truths.said(done.document, side.causes, None) if done.document else None
    if said and side.holders:
        owned = any(name in said.held_by for name in side.holders)
        said = truths.Said(said.words, said.accused, said.rank, owned, said.held_by)
    return Row(
        case=side.case,
        side=side.side,
        kind=side.kind,
        count=count,
        leaks=side.leaks,
        has_cause=bool(side.causes),
        said=said,
        right_word=said is not None and said.accused == side.leaks,
        run=done,
        remark=side.residual,
    )


def _run_all(jobs: Sequence[Job], at_a_time: int) -> list[Row]:
    """Run *jobs*, some at a time, and print each row when it is there."""
    print(_LINE.format(*_HEAD))
    rows = []
    with ThreadPoolExecutor(max(1, at_a_time)) as pool:
        for done in as_completed([pool.submit(job) for job in jobs]):
            for row in done.result():
                print(_shown(row), flush=True)
                rows.append(row)
    return rows


_HEAD = ("case", "side", "count", "kind", "verdict", "rank", "owner", "s", "n", "")


def _shown(row: Row) -> str:
    """Return one line of the table."""
    said, note = row.said, "" if row.is_right else "WRONG"
    words, rank, owner, snapshots = "no report", "", "", ""
    if said is not None and row.run.document is not None:
        words = said.words[0]
        rank = str(said.rank or "-") if row.has_cause else ""
        owner = {True: "yes", False: "no", None: ""}[said.owner]
        snapshots = str(row.run.document["capture"]["snapshots"])
        if row.leaks and said.held_by:
            note += f" {said.held_by[:60]}"
        if row.is_right and not row.right_word and row.leaks:
            note = f"other word {note}"
    if row.remark and said is not None and said.accused:
        note += f"({row.remark})"
    note = f"{note} {row.run.failure}".strip()
    took = f"{row.run.seconds:.1f}"
    fields = (row.case[:30], row.side, row.count, row.kind, words, rank, owner, took, snapshots)
    return _LINE.format(*fields, note).rstrip()


def _summary(rows: Sequence[Row]) -> None:
    """Print recall and precision."""
    leaks = [row for row in rows if row.leaks and row.said]
    # A side that is known to leave something behind is neither right nor wrong.
    unsettled = [row for row in rows if not row.leaks and row.said and row.remark]
    honest = [row for row in rows if not row.leaks and row.said and not row.remark]
    with_cause = [row for row in leaks if row.has_cause]
    owned = [row for row in leaks if row.said and row.said.owner is not None]
    accused = [row for row in leaks if row.said and row.said.accused]
    wronged = [row for row in honest if row.said and row.said.accused]
    inconclusive = [row for row in rows if row.said and row.said.words[0] == "INCONCLUSIVE"]
    right = [row for row in leaks if row.is_right]
    print()
    print(f"runs {len(rows)}, without a report {sum(row.said is None for row in rows)}")
    print(f"recall, accused:       {_ratio(len(accused), len(leaks))}")
    print(f"recall, cause in top {TOP}: {_ratio(len(right), len(leaks))}")
    print(f"first of all:          {_ratio(_first(with_cause), len(with_cause))}")
    print(f"owner named:           {_ratio(_owners(owned), len(owned))}")
    print(f"the very word:         {_ratio(sum(row.right_word for row in leaks), len(leaks))}")
    print(f"precision:             {_ratio(len(accused), len(accused) + len(wronged))}")
    print(f"honest and accused:    {_ratio(len(wronged), len(honest))}  {_names(wronged)}")
    print(f"fixed but not clean:   {_names(unsettled)}")
    print(f"inconclusive:          {_ratio(len(inconclusive), len(rows))}  {_names(inconclusive)}")
    print(f"missed:                {_names(row for row in leaks if not row.is_right)}")


def _first(rows: Iterable[Row]) -> int:
    """Return how many name the true cause first."""
    return sum(row.said is not None and row.said.rank == 1 for row in rows)


def _owners(rows: Iterable[Row]) -> int:
    """Return how many name the owner."""
    return sum(row.said is not None and row.said.owner is True for row in rows)


def _names(rows: Iterable[Row]) -> str:
    """Return the names of *rows*, each once."""
    return ", ".join(dict.fromkeys(row.case for row in rows))


def _ratio(part: int, whole: int) -> str:
    """Return `part/whole` and the share."""
    return f"{part}/{whole} = {part / whole:.2f}" if whole else "none"


if __name__ == "__main__":
    main()
