"""Suppressions: the suspects without those the user knows of, and the verdict on the rest."""

from dataclasses import replace

from memprof.analysis.suppression import Applied, Rules, Suppression, Used
from memprof.analysis.suspects import SuspectTable, with_verdict


def apply(found: SuspectTable, rules: Rules) -> SuspectTable:
    """
    Return *found* without the suspects that *rules* suppress.

    They stand in `applied` instead, with what of the rules has expired or
    suppressed nothing.  The others keep their order and close ranks.
    """
    expired = [one for one in rules.suppressions if _is_expired(one, rules)]
    valid = [one for one in rules.suppressions if one not in expired]
    first = {one.fingerprint: one for one in reversed(valid)}
    used = [
        Used(one, tuple(row for row in found.rows if row.fingerprint == one.fingerprint))
        for one in first.values()
    ]
    used = [one for one in reversed(used) if one.suspects]
    known = [one.suppression for one in used]
    kept = [row for row in found.rows if row.fingerprint not in first]
    left = replace(
        found,
        rows=tuple(replace(row, rank=rank) for rank, row in enumerate(kept, start=1)),
        applied=Applied(
            used=tuple(used),
            expired=tuple(expired),
            unused=tuple(one for one in valid if one not in known),
        ),
    )
    return with_verdict(left) if used else left


def _is_expired(one: Suppression, rules: Rules) -> bool:
    """Say whether the last day of *one* is over."""
    return one.expires is not None and rules.today is not None and rules.today > one.expires
