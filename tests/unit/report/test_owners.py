"""Owners in the document."""

from support.facts import facts

from memprof.analysis.owners import analyse
from memprof.model.owners import Owned, OwnedSite, Owners
from memprof.report.owners import document


def test_the_document() -> None:
    owned = Owned(50, 2, 8, (("app.POOL[*]", 40),))
    owners = Owners(False, {0: owned}, {0: OwnedSite(owned, ((0, 50),))})  # noqa: FBT003
    figures = {
        "total": 50,
        "held_from_c": 2,
        "garbage": 8,
        "owners": [{"owner": "app.POOL[*]", "objects": 40}],
    }
    assert document(analyse(facts([[1]], counts=[[1]], owners=owners))) == {
        "complete": False,
        "types": [{"type": "app.Type0", **figures}],
        "sites": [
            {
                "file": "/srv/app.py",
                "line": 1,
                "function": "handle",
                **figures,
                "types": [{"type": "app.Type0", "objects": 50}],
            }
        ],
    }


def test_unknown_is_null() -> None:
    assert document(analyse(facts())) is None
