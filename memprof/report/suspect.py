"""One suspect as a value of the document."""

from memprof.analysis.suspect import Suspect
from memprof.model.refcounts import LostReferences
from memprof.report.names import type_name
from memprof.report.sites import Row, place
from memprof.report.suspects import evidence


def document(row: Suspect) -> Row:
    """Return one suspect."""
    return {
        "rank": row.rank,
        "verdict": row.verdict,
        "confidence": row.confidence,
        **place(row.stack[0] if row.stack else None),
        "type": None if row.type is None else type_name(row.type),
        "growth_bytes": row.growth_bytes,
        "growth_blocks": row.growth_blocks,
        "bytes_per_s": row.bytes_per_s,
        "held_by": row.held_by,
        "evidence": evidence(row),
        "growth_objects": row.growth_objects,
        "objects_per_s": row.objects_per_s,
        "stack": [place(frame) for frame in row.stack],
        "held": [{"owner": words, "objects": held} for words, held in row.held.owners],
        "garbage_objects": row.held.garbage,
        "from_c_objects": row.held.from_c,
        "cycle": row.cycle,
        "lost": None if row.lost is None else _lost(row.lost),
        "user_line": None if row.caller is None else place(row.caller),
        "fingerprint": row.fingerprint,
        **_processes(row),
    }


def _lost(found: LostReferences) -> Row:
    """Return an object whose references nobody holds."""
    return {
        "name": found.name,
        "references": found.references,
        "pointers": found.pointers,
    }


def _processes(row: Suspect) -> Row:
    """Return which processes of a tree it was found in, nothing where there was one."""
    if not row.found_in:
        return {}
    told = [
        {
            "pid": one.key[0],
            "role": one.role or None,
            "growth_bytes": one.growth_bytes,
            "growth_objects": one.growth_objects,
        }
        for one in row.found_in
    ]
    return {"processes": told, "processes_alike": row.among}
