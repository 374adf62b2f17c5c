"""Reference counts: who is held how often, and how much of it is explained."""

from dataclasses import dataclass

from memprof.analysis.objects import counts_at
from memprof.analysis.origins import frame_key
from memprof.model.allocations import Frame
from memprof.model.facts import Facts
from memprof.model.objects import Type
from memprof.model.refcounts import SampledObject


@dataclass(frozen=True, slots=True)
class ClassRow:
    """
    References to one class; each instance holds one, tracked or not.

    From the first look, 0 where the class did not exist yet, to the last;
    `growth` is None where there was only one.  `instances` is those the
    collector tracked at the last snapshot.
    """

    type: Type
    references_first: int
    references_last: int
    growth: int | None
    instances: int


@dataclass(frozen=True, slots=True)
class SampleRow:
    """
    References to one sampled object of a growing type.

    `explained` of `references_last` are held by objects the collector
    knows; the rest, `unexplained`, by a running frame or by C code.  Both
    None where the run ended before they were looked for.  `looks` snapshots
    saw the object, the last of them the run's last where `alive`.
    """

    type: Type
    references_first: int
    references_last: int
    growth: int
    looks: int
    alive: bool
    explained: int | None
    unexplained: int | None
    referrer_types: tuple[Type, ...]
    frame: Frame | None


@dataclass(frozen=True, slots=True)
class RefCountTable:
    """
    Reference counts of classes, most growth first, and of sampled objects.

    Samples come type by type, the type that grew by most objects first.
    """

    classes: tuple[ClassRow, ...]
    samples: tuple[SampleRow, ...]


def analyse(facts: Facts) -> RefCountTable:
    """Return what *facts* say of reference counts."""
    grown = _growth_by_type(facts)
    sampled = [sample for sample in facts.refcounts.samples if sample.references]
    # Stable: within a type by what is odd about the object.
    rows = sorted(
        ((s.type_id, _sample(facts, s)) for s in sampled), key=lambda r: _sample_key(r[1])
    )
    samples = [row for _, row in sorted(rows, key=lambda r: (-grown[r[0]], r[0]))]
    return RefCountTable(_classes(facts), tuple(samples))


def _growth_by_type(facts: Facts) -> list[int]:
    """Return by how many objects each type grew over the run."""
    if not facts.snapshots:
        return [0] * len(facts.objects.types)
    first, last = counts_at(facts, 0), counts_at(facts, len(facts.snapshots) - 1)
    return [late - early for early, late in zip(first, last, strict=True)]


def _classes(facts: Facts) -> tuple[ClassRow, ...]:
    """Return a row for each class that was looked at."""
    looks = [look for look in facts.refcounts.classes if look is not None]
    if not looks:
        return ()
    last: dict[int, int] = {}
    for look in looks:
        last.update(look)
    counts = counts_at(facts, len(facts.snapshots) - 1)
    rows = []
    for type_id, references in last.items():
        # The first look tells of every class: one it misses came later.
        first = looks[0].get(type_id, 0)
        rows.append(
            ClassRow(
                type=facts.objects.types[type_id],
                references_first=first,
                references_last=references,
                growth=references - first if len(looks) > 1 else None,
                instances=counts[type_id],
            )
        )
    rows.sort(key=_class_key)
    return tuple(rows)


def _sample(facts: Facts, sample: SampledObject) -> SampleRow:
    """Return the row of one sampled object."""
    types, last = facts.objects.types, sample.references[-1]
    stack = () if sample.site_id is None else facts.allocations.sites[sample.site_id]
    return SampleRow(
        type=types[sample.type_id],
        references_first=sample.references[0],
        references_last=last,
        growth=last - sample.references[0],
        looks=len(sample.references),
        alive=sample.snapshots[-1] == len(facts.snapshots) - 1,
        explained=sample.explained,
        unexplained=None if sample.explained is None else last - sample.explained,
        referrer_types=tuple(types[type_id] for type_id in sample.referrer_types),
        frame=stack[0] if stack else None,
    )


def _class_key(row: ClassRow) -> tuple[bool, int, int, str, str]:
    """Return what a class sorts by: growth, references, name; unknown growth last."""
    unknown, growth = row.growth is None, row.growth or 0
    return unknown, -growth, -row.references_last, row.type.module, row.type.qualname


def _sample_key(
    row: SampleRow,
) -> tuple[int, int, int, str, str, tuple[str, int, str], int, int]:
    """Return what a sample sorts by: growth, unexplained, references, type, line."""
    place = ("", 0, "") if row.frame is None else frame_key(row.frame)
    unexplained = -1 if row.unexplained is None else row.unexplained
    name = (row.type.module, row.type.qualname)
    return (-row.growth, -unexplained, -row.references_last, *name, place, -row.looks, row.alive)
