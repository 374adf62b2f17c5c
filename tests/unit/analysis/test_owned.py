"""Owned: what holds objects in two captures, and where that is not known."""

from support.facts import facts

from memprof.analysis.holdings import Side
from memprof.analysis.moments import find
from memprof.analysis.owned import owned
from memprof.model.owners import Owned, OwnedSite, Owners


def capture(owners: Owners, alive: tuple[int, int] = (5, 5)) -> Side:
    """Return a capture with two types and these *owners*."""
    made = facts([[1]], counts=[[alive[0]], [alive[1]]], owners=owners)
    moment = find(made, "end")
    assert moment is not None
    return Side(made, moment)


def counts(old: Side, new: Side) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Return before and after by subject and owner."""
    before, after = owned((old, new), (lambda stack: stack, lambda stack: stack))
    found = {}
    for key, one in before.items():
        kind = one.subject.type
        name = kind.qualname if kind else one.subject.stack[0].file
        found[name, str(one.subject.owner)] = (one.count, after[key].count)
    return found


def of_types(**types: Owned) -> Owners:
    """Return the owners of types 0 and 1."""
    numbers = {"zero": 0, "one": 1}
    return Owners(complete=True, types={numbers[n]: o for n, o in types.items()}, sites={})


def test_paths_of_one_shape_are_one_owner() -> None:
    old = capture(of_types(zero=Owned(5, 0, 0, (("m.D['a']", 2), ("m.D['b']", 3)))))
    new = capture(of_types(zero=Owned(9, 0, 0, (("m.D['c']", 9),))))
    assert counts(old, new) == {("Type0", "m.D[*]"): (5, 9)}


def test_what_was_not_looked_for_is_not_nothing() -> None:
    one = of_types(zero=Owned(5, 0, 0, (("m.D", 5),)))
    nobody = of_types()
    assert counts(capture(one), capture(nobody)) == {("Type0", "m.D"): (5, None)}
    assert counts(capture(one), capture(nobody, alive=(0, 5))) == {("Type0", "m.D"): (5, 0)}


def test_an_owner_that_is_not_named_may_hold_the_rest() -> None:
    old = capture(of_types(zero=Owned(5, 0, 0, (("m.D", 5),))))
    rest = capture(of_types(zero=Owned(9, 1, 0, (("m.E", 7),))))
    none = capture(of_types(zero=Owned(9, 1, 1, (("m.E", 7),))))
    assert counts(old, rest)["Type0", "m.D"] == (5, None)
    assert counts(old, none)["Type0", "m.D"] == (5, 0)


def test_where_no_type_grew_sites_have_owners() -> None:
    site = OwnedSite(Owned(4, 0, 0, (("m.L[*]", 4),)), ())
    old = capture(Owners(complete=True, types={}, sites={}))
    new = capture(Owners(complete=True, types={}, sites={0: site}))
    assert counts(old, new) == {("/srv/app.py", "m.L[*]"): (None, 4)}
