"""What holds what, most objects first."""

from dataclasses import replace

from support.facts import facts, frame

from memprof.analysis.owners import analyse
from memprof.model.objects import Type
from memprof.model.owners import Owned, OwnedSite, Owners

FEW, MANY = Owned(3, 0, 0, ()), Owned(90, 2, 1, (("app.POOL[*]", 80),))


def test_where_nobody_looked_nothing_is_known() -> None:
    found = analyse(facts())
    assert (found.known, found.complete, found.types, found.sites) == (False, False, (), ())


def test_most_objects_come_first() -> None:
    sites = {0: OwnedSite(FEW, ()), 1: OwnedSite(MANY, ((1, 60), (0, 30)))}
    given = replace(
        facts([[1], [1]], counts=[[1], [1]]),
        owners=Owners(complete=True, types={0: FEW, 1: MANY}, sites=sites),
    )
    found = analyse(given)
    assert (found.known, found.complete) == (True, True)
    assert [(row.type.qualname, row.owned) for row in found.types] == [
        ("Type1", MANY),
        ("Type0", FEW),
    ]
    first = found.sites[0]
    assert (first.stack, first.owned) == ((frame(2),), MANY)
    assert first.types == ((Type("app", "Type1"), 60), (Type("app", "Type0"), 30))
