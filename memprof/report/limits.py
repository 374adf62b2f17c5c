"""The verdict on a comparison: one line a limit, with both numbers, what is broken first."""

from memprof.analysis.comparable import Remark
from memprof.analysis.holdings import TYPE
from memprof.gate.diff import UNSURE, Ruling, Verdict
from memprof.gate.limit import BYTES
from memprof.gate.outcome import HOLDS, WORDS
from memprof.quantity import (
    format_bytes,
    format_count,
    format_count_growth,
    format_growth,
)
from memprof.report import differences, remarks
from memprof.report.escape import terminal
from memprof.report.names import type_name
from memprof.report.prose import plural
from memprof.report.sites import Row

_WHAT = {
    "live": "live bytes",
    "rss": "RSS",
    "peak": "the peak of live bytes",
    "blocks": "live blocks",
}


def lines(verdict: Verdict | None) -> str:
    """
    Return the lines of *verdict*, nothing where no limit was set.

    They are not wrapped: who looks at the first line sees both numbers.
    """
    if verdict is None:
        return ""
    found = [terminal(_sentence(one)) for one in verdict.rulings]
    return "".join(f"{line}\n" for line in [*found, ""])


def document(verdict: Verdict | None) -> Row:
    """Return *verdict* as keys of the document, none where no limit was set."""
    if verdict is None:
        return {}
    return {"verdict": verdict.word, "limits": [_ruling(one) for one in verdict.rulings]}


def _ruling(one: Ruling) -> Row:
    """Return one limit and its figure."""
    return {
        "limit": one.limit.text,
        "figure": one.limit.stat,
        "unit": one.unit,
        "outcome": WORDS[one.outcome],
        "before": one.before,
        "after": one.after,
        "most": one.most,
        "row": None if one.row is None else differences.document(one.limit.stat, one.row),
        "others": one.others,
        "text": _sentence(one),
    }


def _sentence(one: Ruling) -> str:
    """Return what became of one limit, with both numbers."""
    word, text = WORDS[one.outcome], one.limit.text
    if one.after is None or one.before is None or one.most is None:
        if one.outcome == HOLDS:
            return f"{word}  {text}, no {one.limit.stat} changed."
        return f"{word}  {text}, {_why(one)}"
    gained, allowed = (_growth(one, value - one.before) for value in (one.after, one.most))
    before, after = (_size(one, value) for value in (one.before, one.after))
    found = f"{word}  {_what(one)} {gained}, from {before} to {after}; {text} allows {allowed}."
    if one.why is not None:
        found += f" {_why(one)}"
    if one.others:
        found += f" And {plural(one.others, f'more {one.limit.stat}')}."
    return found


def _what(one: Ruling) -> str:
    """Return what the figure of *one* is."""
    if one.row is None:
        return _WHAT[one.limit.stat]
    if one.limit.stat == TYPE:
        # Without the mark that the table's own note explains.
        return f"{TYPE} {type_name(one.row.subject.type)}"
    return f"{one.limit.stat} {differences.where(one.limit.stat, one.row)[0]}"


def _growth(one: Ruling, value: float) -> str:
    """Return a growth in the unit of *one*, with its sign."""
    if value == 0:
        return "+0"
    return format_growth(value) if one.unit == BYTES else format_count_growth(int(value))


def _size(one: Ruling, value: float) -> str:
    """Return a *value* in the unit of *one*."""
    return format_bytes(value) if one.unit == BYTES else format_count(int(value))


def _why(one: Ruling) -> str:
    """Return why there is no figure."""
    if isinstance(one.why, Remark):
        return f"the figure has no meaning: {remarks.reason(one.why)}"
    if one.why == UNSURE:
        return "That is an estimate, and its ± too large to tell."
    return "the figure is not in both captures."
