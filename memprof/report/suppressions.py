"""Suppressions: what came of each, in sentences and in the document."""

from memprof.analysis.suppression import Applied, Suppression
from memprof.report import suspect
from memprof.report.prose import plural
from memprof.report.sites import Row


def notes(found: Applied) -> list[str]:
    """Return a sentence on each suppression."""
    told = [
        f"{plural(len(one.suspects), 'suspect')} suppressed: fingerprint"
        f" {one.suppression.fingerprint}: {one.suppression.reason}"
        for one in found.used
    ]
    told += [
        f"Suppression {one.fingerprint} expired on {one.expires} and applies no more: {one.reason}"
        for one in found.expired
    ]
    return told + [
        f"Suppression {one.fingerprint} matches no suspect of this run: {one.reason}"
        for one in found.unused
    ]


def document(found: Applied) -> Row:
    """Return what came of the suppressions, with the suspects they left out."""
    return {
        "used": [
            {**_row(one.suppression), "suspects": [suspect.document(row) for row in one.suspects]}
            for one in found.used
        ],
        "expired": [_row(one) for one in found.expired],
        "unused": [_row(one) for one in found.unused],
    }


def _row(one: Suppression) -> Row:
    """Return one suppression."""
    return {
        "fingerprint": one.fingerprint,
        "reason": one.reason,
        "expires": None if one.expires is None else one.expires.isoformat(),
    }
