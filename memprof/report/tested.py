"""What a suite of tests took and kept: a sentence, a table, and what could not be told."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memprof.analysis import verdicts
from memprof.model.tested import MeasuredTest
from memprof.quantity import format_bytes, format_count, format_count_growth, format_growth
from memprof.report.escape import terminal
from memprof.report.prose import bullets, more, paragraph, plural
from memprof.report.table import name, number, path, table

if TYPE_CHECKING:
    from memprof.gate.tested import KnownTest, KnownTests

LIMIT = "LIMIT"
"""The verdict on a test that takes more than it may."""

_SAID = (
    (
        verdicts.ACCUSING,
        "keeps more each time it is called",
        "keep more each time they are called",
    ),
    ((LIMIT,), "takes more than it may", "take more than they may"),
    ((verdicts.INCONCLUSIVE,), "could not be judged", "could not be judged"),
)
_MOST_FIXED = 20
_FAILING = frozenset({*verdicts.ACCUSING, LIMIT})


def lines(found: Sequence[MeasuredTest], top: int) -> list[str]:
    """Return what the tests *found* took, the *top* ones or all if that is 0."""
    if not found:
        return ["no test was measured"]
    rows = sorted(found, key=_order)
    shown = rows[:top] if top else rows
    kept = number("kept") if found[0].exact else number("blocks kept")
    columns = (number("peak"), kept, number("in cycles"), name("verdict"), path("test"))
    unsure = [one for one in rows if one.verdict == verdicts.INCONCLUSIVE]
    return [
        *paragraph(_sentence(found)),
        *table(columns, map(_row, shown)),
        *more(len(rows), len(shown), "test"),
        *bullets(f"{one.test}: {one.note}" for one in (unsure[:top] if top else unsure)),
    ]


def beside(verdict: str, test: str, other: str, kept: int, calls: int) -> str:
    """Return what is said of a *test* that adds to what an *other* was found to keep."""
    head = f"{verdict}: {test} keeps {format_growth(kept)} of each call, as {other} does"
    why = (
        f"{plural(calls, 'call')} in a row added to the same container, which has let go of nothing"
        f" since. The error of {other} says which, and what was seen of it"
    )
    said = [*paragraph(head, hanging="  "), *(f"  {line}" for line in paragraph(why))]
    return "".join(f"{line}\n" for line in said)


def past(known: "KnownTest") -> str:
    """Return what is added to the failure of a test of which the baseline allows less."""
    if known.per_call is not None:
        value = f"{known.per_call:.2f} {known.figure} of each call"
    elif known.blocks_per_call is not None:
        blocks = plural(round(known.blocks_per_call), "block")
        size = known.bytes_per_call
        words = [blocks] if size is None else [blocks, format_bytes(size)]
        value = f"{' and '.join(words)} of each call{known.figure and f', {known.figure}'}"
    else:
        value = format_bytes(known.bytes_per_call)
    return f"  known    {terminal(f'the baseline has it with {value}')}\n"


def known_lines(
    path: str,
    known: "KnownTests",
    fixed: "Sequence[KnownTest]",
    found: Sequence[MeasuredTest],
    *,
    renewed: bool,
) -> list[str]:
    """Return what a baseline at *path* came to: what is *known*, what was *fixed*."""
    count = plural(len(known.entries), "test")
    if not found:
        return ["no test was measured: --memprof, a key of the ini file or a marker asks for it"]
    if renewed:
        gone = f", {plural(len(fixed), 'test')} fixed" if fixed else ""
        return [terminal(f"{path} was written: {count} known to keep something{gone}")]
    seen = sum(one.accused for one in found)
    lines = [f"{path}: {count} known to keep something; {plural(seen, 'test')} did"]
    lines += [f"fixed: {one.test} ({one.rule})" for one in fixed[:_MOST_FIXED]]
    lines += more(len(fixed), min(len(fixed), _MOST_FIXED), "test")
    if fixed:
        lines.append("--memprof-update-baseline takes what is fixed out of it")
    return list(map(terminal, lines))


def _sentence(found: Sequence[MeasuredTest]) -> str:
    """Return how many tests keep something, in words."""
    told = [f"{plural(len(found), 'test')} measured"]
    for words, one, many in _SAID:
        count = sum(test.verdict in words for test in found)
        if count:
            told.append(plural(count, one, many))
    if len(told) == 1:
        told.append("none keeps more each time it is called")
    return ", ".join(told)


def _order(one: MeasuredTest) -> tuple[object, ...]:
    """Return what a test sorts by: accused, then kept, then taken, then its name."""
    return one.verdict not in _FAILING, -one.kept, -(one.peak_bytes or 0), one.test


def _row(one: MeasuredTest) -> tuple[str, ...]:
    """Return the row of one test."""
    kept = format_growth(one.kept) if one.exact else format_count_growth(one.kept)
    return (
        format_bytes(one.peak_bytes),
        kept,
        format_count(one.collected),
        one.verdict,
        one.test,
    )
