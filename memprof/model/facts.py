"""Everything one capture says."""

from dataclasses import dataclass

from memprof.model.allocations import Allocations
from memprof.model.cycles import Cycles
from memprof.model.generations import Generations
from memprof.model.history import History
from memprof.model.objects import Objects
from memprof.model.pools import Pools
from memprof.model.process import Resident
from memprof.model.refcounts import RefCounts
from memprof.model.run import Run
from memprof.model.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Facts:
    """
    A capture, read.

    Every tuple "by snapshot" has one entry per element of `snapshots`;
    `snapshots[n].number` is *n* counted from 0 over those that were read.
    """

    run: Run
    snapshots: tuple[Snapshot, ...]
    resident: tuple[Resident, ...]
    allocations: Allocations
    history: tuple[History | None, ...]
    objects: Objects
    generations: Generations
    cycles: Cycles
    pools: tuple[Pools | None, ...]
    refcounts: RefCounts
