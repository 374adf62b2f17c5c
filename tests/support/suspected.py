"""Suspects made by hand, for what is said of them."""

from dataclasses import replace
from typing import Any

from memprof.analysis.case import Case
from memprof.analysis.debt import Collector
from memprof.analysis.doubts import NONE
from memprof.analysis.held import NOTHING, Held
from memprof.analysis.judged import Judged, WarmUp
from memprof.analysis.objects import TypeRow
from memprof.analysis.suspect import Suspect
from memprof.analysis.suspects import SuspectTable
from memprof.analysis.trend import Trend
from memprof.model.allocations import Frame
from memprof.model.objects import Type

KIB = 1024
COLLECTOR = Collector(enabled=True, automatic=True, frozen=False, full_collections=1)
SEEN = Judged(tuple(range(8)), tuple(range(8)), tuple(range(8)), 8, 8, 0)

_PLAIN = Suspect(
    rank=1,
    verdict="LEAK",
    confidence=0.9,
    stack=(Frame("/srv/app/shop.py", 12, "sell"),),
    caller=None,
    type=None,
    growth_bytes=64 * KIB,
    growth_blocks=640,
    growth_objects=640,
    bytes_per_s=2048.0,
    objects_per_s=None,
    held=NOTHING,
    held_by=None,
    cache=None,
    cycle=None,
    share=0.9,
    kept_share=1.0,
    survival=None,
    trend=Trend(64 * KIB, 5.0, 1.0, 0, 32.0 * KIB, 32.0 * KIB, 1.0, 7, 7, 9362),
    judged_on="blocks",
    series=tuple(range(0, 64 * KIB + 1, 64 * KIB // 7)),
)


def suspect(path: str | None = None, kind: str = "", **given: Any) -> Suspect:  # noqa: ANN401
    """Return a suspect whose objects are held by *path* and are of a *kind*, `module.Class`."""
    module, _, name = kind.rpartition(".")
    made = Type(module or "builtins", name) if kind else None
    held = NOTHING if path is None else Held(made, ((path, 640),), 640, 0, 0)
    return replace(_PLAIN, **{"type": made, "held": held, "held_by": path, **given})


def table(*rows: Suspect, **given: Any) -> SuspectTable:  # noqa: ANN401
    """Return the table of *rows*, in their order."""
    ranked = tuple(replace(row, rank=rank) for rank, row in enumerate(rows, start=1))
    made = SuspectTable(
        verdict=rows[0].verdict if rows else "CLEAN",
        rows=ranked,
        also_growing=(),
        suppressed=0,
        bounded=(),
        levelling=0,
        fragmented_bytes=None,
        doubts=NONE,
        traced=True,
        warm_up=WarmUp(0, (), 0),
        sites=SEEN,
        types=SEEN,
        looks=SEEN,
    )
    return replace(made, **given)


def case(
    row: Suspect,
    *others: Suspect,
    collector: Collector = COLLECTOR,
    types: tuple[TypeRow, ...] = (),
) -> Case:
    """Return the case of *row* among *others*."""
    rows = table(row, *others).rows
    return Case(rows[0], rows, collector, types)
