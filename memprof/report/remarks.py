"""Remarks on a comparison: what to know before believing a row."""

from memprof.analysis import comparable
from memprof.analysis.comparable import Remark
from memprof.analysis.diff import NO_OWNERS, NOT_AT_END, Diff
from memprof.analysis.holdings import OF_BLOCKS, OWNER, TRACEBACK, TYPE, Side
from memprof.analysis.moments import PEAK
from memprof.quantity import format_bytes
from memprof.report.names import moment
from memprof.report.prose import plural
from memprof.report.sites import Row

_NOT_BYTES = "the same objects differ in size, and the libraries' own lines differ too"
_OF_BOTH = {
    comparable.PROGRAM: "These are different programs: {old} and {new}.",
    comparable.PYTHON: f"Recorded by {{old}} and by {{new}}: {_NOT_BYTES}.",
    comparable.PLATFORM: f"Recorded on {{old}} and on {{new}}: {_NOT_BYTES}.",
    comparable.ENGINE: (
        "Recorded by different engines, {old} and {new}: they do not see the same blocks, and take"
        " memory of their own, so small differences say nothing."
    ),
    comparable.SAMPLE: (
        "Old has {old} and new has {new}: bytes and blocks are comparable within ±, one standard"
        " error, only."
    ),
    comparable.DEPTH: (
        "Recorded with depths {old} and {new}: of each traceback as many lines are compared as"
        " both have."
    ),
}


def sentences(found: Diff) -> list[str]:
    """Return what to know before comparing, as sentences."""
    deep = found.found.by == TRACEBACK
    shown = [
        text for one in found.remarks if one.what != comparable.DEPTH or deep for text in _said(one)
    ]
    return shown + _of_rows(found)


def document(found: Diff) -> list[Row]:
    """Return the remarks as values, with their sentences."""
    return [
        {
            "what": one.what,
            "old": one.old,
            "new": one.new,
            "spoils": one.spoils,
            "text": reason(one),
        }
        for one in found.remarks
    ]


def why(side: Side, reason: str) -> tuple[str, str]:
    """Return why *side* has no rows of the kind asked for, and what to do instead."""
    path = side.facts.run.path
    if reason == NO_OWNERS:
        return (
            f"{path} has no owners",
            "They are looked for where a run exits by itself and something grew; try --by type.",
        )
    if reason == NOT_AT_END:
        return (
            f"owners are known at the end only, and {path} was asked for at {side.moment.word}",
            "Compare at the end, or --by type.",
        )
    engine = side.facts.run.settings.engine
    if engine == "off":
        reason = "it was recorded with engine off"
    else:
        reason = f"blocks were not followed any more at {moment(side.moment.at_ns)}"
    return f"{path} has no allocation sites: {reason}", "Compare --by type, or record it anew."


def reason(one: Remark) -> str:
    """Return what *one* remark says."""
    return " ".join(_said(one))


def _said(one: Remark) -> list[str]:
    """Return what *one* remark says: about both, or about each side it concerns."""
    both = _of_both(one)
    if both is not None:
        return [both]
    sides = (("The capture" if one.same else "Old", one.old), ("New", one.new))
    return [_of_one(one.what, side, value) for side, value in sides if value is not None]


def _of_both(one: Remark) -> str | None:
    """Return the sentence of what differs between the two, None where that is not what it says."""
    if one.what == comparable.SAMPLE:
        old, new = _sampled(one.old), _sampled(one.new)
    else:
        old, new = str(one.old), str(one.new)
    text = _OF_BOTH.get(one.what)
    return None if text is None else text.format(old=old, new=new)


def _of_one(what: str, side: str, value: object) -> str:
    """Return the sentence of what concerns one *side*."""
    at = moment(value) if isinstance(value, int) else ""
    if what == comparable.INCOMPLETE:
        return (
            f"{side} is incomplete, its end was not recorded: the last snapshot, at {at}, counts."
        )
    if what == comparable.DAMAGED:
        lost = plural(value, "record") if isinstance(value, int) else ""
        return f"{side} lacks {lost}, damaged or not written: figures may lack what was in them."
    if what == comparable.LOST:
        return f"{side} was not traced to its end: allocation figures are those of {at}."
    return f"{side}: of {value} checkpoints of that name the last counts."


def _of_rows(found: Diff) -> list[str]:
    """Return what is to know of the rows of their kind."""
    by, rows = found.found.by, found.found
    notes = []
    sides = found.old, found.new
    if by in OF_BLOCKS and all(side.sampled for side in sides):
        notes.append("Estimated from sampled blocks; ± is one standard error of the growth.")
    if by == TRACEBACK and min(side.facts.run.settings.depth for side in sides) == 1:
        notes.append("One line of each traceback was recorded; memprof run --depth N keeps more.")
    if by == TYPE and rows.untracked_left_out:
        notes.append(
            "Objects that the collector does not track (str, bytes, numbers) were not counted at"
            " both moments and are left out."
        )
    elif by == TYPE and any(not row.subject.tracked for row in rows.rows):
        notes.append("* marks objects that the collector does not track.")
    if by == OWNER and rows.totals.unknown:
        notes.append(
            f"{plural(rows.totals.unknown, 'row')} unknown: owners are looked for of what grew in"
            " a run, and the other run did not look for these."
        )
    if by == OWNER and not rows.rows:
        notes.append("Owners are looked for of what grew in a run only.")
    if any(side.moment.word == PEAK for side in sides):
        notes.append("At the peak, all but allocations is of the snapshot with most live bytes.")
    return notes


def _sampled(sample_bytes: object) -> str:
    """Return how blocks were counted."""
    if isinstance(sample_bytes, int) and sample_bytes:
        return f"estimates from a block each {format_bytes(sample_bytes)}"
    return "every block"
