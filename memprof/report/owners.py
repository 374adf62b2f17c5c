"""Owners as a value of the document: what holds the objects of types and sites."""

from memprof.analysis.owners import OwnerTable
from memprof.model.owners import Owned
from memprof.report.names import type_name
from memprof.report.sites import Row, place


def document(found: OwnerTable) -> Row | None:
    """Return the owners, None where they are not known."""
    if not found.known:
        return None
    types = [{"type": type_name(row.type), **_owned(row.owned)} for row in found.types]
    sites = [
        {
            **place(row.stack[0] if row.stack else None),
            **_owned(row.owned),
            "types": [{"type": type_name(kind), "objects": n} for kind, n in row.types],
        }
        for row in found.sites
    ]
    return {"complete": found.complete, "types": types, "sites": sites}


def _owned(owned: Owned) -> Row:
    """Return how many objects there are, and what holds them."""
    return {
        "total": owned.total,
        "held_from_c": owned.from_c,
        "garbage": owned.garbage,
        "owners": [{"owner": words, "objects": held} for words, held in owned.owners],
    }
