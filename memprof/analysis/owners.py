"""Owners: what holds the objects that were looked for, by type and by site."""

from dataclasses import dataclass

from memprof.analysis.origins import stack_key
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.owners import Owned


@dataclass(frozen=True, slots=True)
class OwnedType:
    """Objects of one type, and what holds them."""

    type: Type
    owned: Owned


@dataclass(frozen=True, slots=True)
class OwnedStack:
    """Objects allocated at one site, what holds them, and (type, objects) of what they are."""

    stack: tuple[Frame, ...]
    owned: Owned
    types: tuple[tuple[Type, int], ...]


@dataclass(frozen=True, slots=True)
class OwnerTable:
    """
    What holds what, most objects first.

    Not `known` where the run did not end in order; not `complete` where the
    search ended before it met all.
    """

    known: bool
    complete: bool
    types: tuple[OwnedType, ...]
    sites: tuple[OwnedStack, ...]


def analyse(facts: Facts) -> OwnerTable:
    """Return what *facts* say of owners."""
    found, names = facts.owners, facts.objects.types
    if found is None:
        return OwnerTable(known=False, complete=False, types=(), sites=())
    types = [OwnedType(names[type_id], owned) for type_id, owned in found.types.items()]
    types.sort(key=lambda row: (-row.owned.total, row.type.module, row.type.qualname))
    sites = [
        OwnedStack(
            facts.allocations.sites[site_id],
            site.owned,
            tuple((names[type_id], objects) for type_id, objects in site.types),
        )
        for site_id, site in found.sites.items()
    ]
    sites.sort(key=lambda row: (-row.owned.total, stack_key(row.stack)))
    return OwnerTable(known=True, complete=found.complete, types=tuple(types), sites=tuple(sites))
