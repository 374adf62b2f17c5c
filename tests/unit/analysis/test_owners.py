"""Owners: ids become names, most objects first."""

from support.facts import facts

from memprof.analysis.owners import analyse
from memprof.model.owners import Owned, OwnedSite, Owners

FEW = Owned(3, 0, 0, (("app.FEW[*]", 3),))
MANY = Owned(50, 2, 8, (("app.POOL[*]", 40),))


def test_names_for_ids_and_the_order() -> None:
    sites = {0: OwnedSite(FEW, ((1, 3),)), 1: OwnedSite(MANY, ())}
    owners = Owners(True, {0: FEW, 1: MANY}, sites)  # noqa: FBT003
    found = analyse(facts([[1], [1]], counts=[[1], [1]], owners=owners))
    assert (found.known, found.complete) == (True, True)
    assert [(row.type.qualname, row.owned) for row in found.types] == [
        ("Type1", MANY),
        ("Type0", FEW),
    ]
    assert [row.stack[0].line for row in found.sites] == [2, 1]
    assert [(kind.qualname, objects) for kind, objects in found.sites[1].types] == [("Type1", 3)]


def test_unknown() -> None:
    assert not analyse(facts()).known
