"""Owners in the document; on the page they stand with their suspects."""

from dataclasses import replace

from support.facts import facts

from memprof.analysis.owners import analyse
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.report.owners import document


def test_owners_are_by_type_and_by_site() -> None:
    owned = Owned(90, 2, 1, (("app.POOL[*]", 80), ("app.other", 5)))
    found = Owners(complete=False, types={0: owned}, sites={0: OwnedSite(owned, ((0, 90),))})
    made = document(analyse(replace(facts([[1]], counts=[[1]]), owners=found)))
    assert made is not None
    assert made["complete"] is False
    held = {
        "total": 90,
        "held_from_c": 2,
        "garbage": 1,
        "owners": [
            {"owner": "app.POOL[*]", "objects": 80},
            {"owner": "app.other", "objects": 5},
        ],
    }
    assert made["types"] == [{"type": "app.Type0", **held}]
    place = {"file": "/srv/app.py", "line": 1, "function": "handle"}
    types = [{"type": "app.Type0", "objects": 90}]
    assert made["sites"] == [{**place, **held, "types": types}]


def test_what_is_not_known_is_null() -> None:
    assert document(analyse(facts())) is None
