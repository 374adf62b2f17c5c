"""Everything one capture says."""

from dataclasses import dataclass

from memprof.model.allocations import Allocations
from memprof.model.caches import Cache
from memprof.model.cycles import Cycles
from memprof.model.debt import Debt
from memprof.model.generations import Generations
from memprof.model.history import History
from memprof.model.objects import Objects
from memprof.model.owners import Owners
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
    `debt`, `caches` and `owners` were looked for at the end; None where the
    run did not come to one, or they could not be known.  `owners_midway` were
    looked for while the program ran, the last time.  `running` is by
    snapshot: site id to how often, since the one before, a thread was seen in
    that stack.
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
    debt: Debt | None = None
    caches: tuple[Cache, ...] | None = None
    owners: Owners | None = None
    owners_midway: Owners | None = None
    running: tuple[dict[int, int], ...] = ()
