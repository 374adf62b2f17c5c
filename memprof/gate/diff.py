"""Diff: whether what grew from one capture to another keeps within limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from memprof.analysis import comparable, compared
from memprof.analysis.comparable import Remark
from memprof.analysis.diff import Diff, missing, rows
from memprof.analysis.differences import Difference
from memprof.analysis.holdings import FILE, SITE, TYPE
from memprof.gate.limit import BYTES, COUNT, Tolerance, tolerance
from memprof.gate.outcome import BROKEN, HOLDS, NO_FIGURE, Decided, order

UNITS = {
    compared.LIVE: BYTES,
    compared.RSS: BYTES,
    compared.PEAK: BYTES,
    compared.BLOCKS: COUNT,
    SITE: BYTES,
    FILE: BYTES,
    TYPE: COUNT,
}
"""What a limit may be set on: figures of the process, and any single row."""

_ROWS = frozenset({SITE, FILE, TYPE})
_OF_BLOCKS = frozenset({compared.LIVE, compared.PEAK, compared.BLOCKS, SITE, FILE})

ABSENT, UNSURE = "absent", "unsure"
"""Why there is no figure, where no remark says so: it is not there, or its ± is too large."""

_SURE = 2
"""Standard errors by which an estimate must pass its limit to have done so."""

_LACKS = frozenset({comparable.INCOMPLETE, comparable.DAMAGED, comparable.LOST})


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    One limit and the figure it was held against, before and after.

    Of rows it is the one that passed its limit by most, or grew most, and
    `others` that passed it too.  Without a figure, `why` is the word or the
    remark that says why.
    """

    limit: Tolerance
    outcome: str
    before: int | None = None
    after: int | None = None
    most: float | None = None
    row: Difference | None = None
    others: int = 0
    why: str | Remark | None = None

    @property
    def unit(self) -> str:
        """Return the unit of the figure."""
        return UNITS[self.limit.stat]


@dataclass(frozen=True, slots=True)
class Verdict(Decided):
    """The answer on all limits, those that decide it first."""

    rulings: tuple[Ruling, ...]


def read(text: str) -> Tolerance:
    """
    Return the limit that *text* says: `live:+1MiB`, `rss:+10%`, `type:+50`.

    Raises UsageError with a hint where it says none.
    """
    stat, colon, amount = text.partition(":")
    found = tolerance(f"{stat}{colon}{amount.strip().removeprefix('+')}", UNITS)
    return replace(found, text=text)


def judge(found: Diff, limits: Sequence[Tolerance]) -> Verdict:
    """Return whether what *found* says keeps within *limits*, of which there is one at least."""
    rulings = sorted((_rule(found, one) for one in limits), key=lambda one: order(one.outcome))
    return Verdict(rulings[0].outcome, tuple(rulings))


def _rule(found: Diff, limit: Tolerance) -> Ruling:
    """Hold *limit* against its figure."""
    spoilt = next((one for one in found.remarks if _spoils(one, limit.stat)), None)
    if spoilt is not None:
        return Ruling(limit, NO_FIGURE, why=spoilt)
    if limit.stat in _ROWS:
        return _rule_rows(found, limit)
    figure = next(one for one in found.process if one.name == limit.stat)
    untraced = limit.stat in _OF_BLOCKS and _untraced(found)
    if figure.before is None or figure.after is None or untraced:
        return Ruling(limit, NO_FIGURE, figure.before, figure.after, why=ABSENT)
    most = limit.most(figure.before)
    error = _error_of_all(found) if limit.stat in _OF_BLOCKS else 0.0
    outcome = _outcome(figure.after, most, error)
    why = UNSURE if outcome == NO_FIGURE else None
    return Ruling(limit, outcome, figure.before, figure.after, most, why=why)


def _rule_rows(found: Diff, limit: Tolerance) -> Ruling:
    """Hold *limit* against every row of its kind."""
    if any(missing(side, limit.stat) for side in (found.old, found.new)):
        return Ruling(limit, NO_FIGURE, why=ABSENT)
    same = found.found.by == limit.stat
    table = found.found if same else rows(found.old, found.new, limit.stat)
    judged = [_rule_row(limit, row) for row in table.rows]
    for outcome in (BROKEN, NO_FIGURE):
        passed = [one for one in judged if one.outcome == outcome]
        if passed:
            first = max(passed, key=_excess)
            return replace(first, others=len(passed) - 1)
    return max(judged, key=_excess, default=Ruling(limit, HOLDS))


def _rule_row(limit: Tolerance, row: Difference) -> Ruling:
    """Hold *limit* against one row."""
    in_bytes = UNITS[limit.stat] == BYTES
    before = (row.before_bytes if in_bytes else row.before_count) or 0
    after = (row.after_bytes if in_bytes else row.after_count) or 0
    most = limit.most(before)
    outcome = _outcome(after, most, row.error_bytes if in_bytes else 0.0)
    why = UNSURE if outcome == NO_FIGURE else None
    return Ruling(limit, outcome, before, after, most, row, why=why)


def _outcome(after: int, most: float, error: float | None) -> str:
    """Return what *after*, known within a standard *error*, comes to."""
    if error is None or (error and abs(after - most) < _SURE * error):
        return NO_FIGURE
    return BROKEN if after > most else HOLDS


def _excess(one: Ruling) -> float:
    """Return by how much a ruling's figure passes its limit."""
    return (one.after or 0) - (one.most or 0.0)


def _error_of_all(found: Diff) -> float | None:
    """Return the standard error of what all sites gained, None where it is not known."""
    if not any(side.sampled for side in (found.old, found.new)):
        return 0.0
    errors = [row.error_bytes for row in rows(found.old, found.new, SITE).rows]
    return None if None in errors else hypot(*(error or 0 for error in errors))


def _untraced(found: Diff) -> bool:
    """Say whether a side does not know its blocks at its moment."""
    return any(missing(side, SITE) for side in (found.old, found.new))


def _spoils(remark: Remark, stat: str) -> bool:
    """Say whether a *remark* leaves the figure *stat* without meaning."""
    if stat == TYPE and remark.what in {comparable.ENGINE, comparable.SAMPLE, comparable.LOST}:
        return False
    return remark.spoils or remark.what in _LACKS
