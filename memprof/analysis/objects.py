"""Types: live objects by type at the first and the last snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memprof.analysis.replay import states
from memprof.model.facts import Facts
from memprof.model.objects import Type


@dataclass(frozen=True, slots=True)
class TypeRow:
    """
    Live objects of one type.

    `tracked` rows count what the collector tracks, at the first and last
    snapshot; the others what it does not, at the first and last snapshot
    that looked.  A type whose objects are only partly tracked has a row of
    each kind.  `growth` is None where there was one look.  `shallow_bytes`
    sums the tracked objects themselves at the end, not what they refer to;
    None where it cannot be had without running the target's code.
    """

    type: Type
    tracked: bool
    count_first: int | None
    count_last: int
    growth: int | None
    shallow_bytes: int | None


@dataclass(frozen=True, slots=True)
class TypeTable:
    """Live objects by type, most growth first."""

    rows: tuple[TypeRow, ...]
    first_at_ns: int | None
    last_at_ns: int | None


def analyse(facts: Facts) -> TypeTable:
    """Return what *facts* say of live objects by type."""
    if not facts.snapshots:
        return TypeTable((), None, None)
    rows = _tracked(facts) + _untracked(facts)
    rows.sort(key=_key)
    return TypeTable(tuple(rows), facts.snapshots[0].at_ns, facts.snapshots[-1].at_ns)


def counts_at(facts: Facts, index: int) -> Sequence[int]:
    """Return how many objects of each type the collector tracked at snapshot *index*."""
    objects = facts.objects
    return states(objects.changes, 1, [index], len(objects.types))[0][0]


def _tracked(facts: Facts) -> list[TypeRow]:
    """Return a row for each type that the collector tracks."""
    objects, last = facts.objects, len(facts.snapshots) - 1
    (before,), (after,) = states(objects.changes, 1, [0, last], len(objects.types))
    rows = []
    for type_id, kind in enumerate(objects.types):
        count_first, count_last = before[type_id], after[type_id]
        if count_first or count_last:
            rows.append(
                TypeRow(
                    type=kind,
                    tracked=True,
                    count_first=count_first if last else None,
                    count_last=count_last,
                    growth=count_last - count_first if last else None,
                    shallow_bytes=objects.shallow_bytes.get(type_id),
                )
            )
    return rows


def _untracked(facts: Facts) -> list[TypeRow]:
    """Return a row for each type found among the objects that are not tracked."""
    looks = [look for look in facts.objects.untracked if look is not None]
    if not looks:
        return []
    before: Mapping[int, int] = looks[0]
    after = looks[-1]
    rows = []
    for type_id in sorted({*before, *after}):
        count_first, count_last = before.get(type_id, 0), after.get(type_id, 0)
        compared = len(looks) > 1
        rows.append(
            TypeRow(
                type=facts.objects.types[type_id],
                tracked=False,
                count_first=count_first if compared else None,
                count_last=count_last,
                growth=count_last - count_first if compared else None,
                shallow_bytes=None,
            )
        )
    return rows


def _key(row: TypeRow) -> tuple[bool, int, int, str, str, bool]:
    """Return what a type row sorts by: growth, count, name; unknown growth last."""
    unknown, growth = row.growth is None, row.growth or 0
    return unknown, -growth, -row.count_last, row.type.module, row.type.qualname, not row.tracked
