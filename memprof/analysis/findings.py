"""Findings: everything the facts of one capture mean."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memprof.analysis import (
    allocations,
    caches,
    cycles,
    debt,
    generations,
    objects,
    owners,
    pools,
    process,
    refcounts,
    run,
    speed,
    suppressions,
    suspects,
)
from memprof.analysis.suppression import NO_RULES, Rules
from memprof.model.facts import Facts

if TYPE_CHECKING:
    from memprof.analysis.processes import ProcessTable


@dataclass(frozen=True, slots=True)
class Findings:
    """
    What each table of a report shows, in full and in order.

    Where the process started others, `processes` tells of them all; see
    `memprof.analysis.tree`.
    """

    run: run.RunSummary
    process: process.ProcessSummary
    generations: generations.GenerationTable
    cycles: cycles.CycleTable
    pools: pools.PoolTable
    types: objects.TypeTable
    refcounts: refcounts.RefCountTable
    allocations: allocations.AllocationTable
    suspects: suspects.SuspectTable
    debt: debt.DebtTable
    caches: caches.CacheTable
    owners: owners.OwnerTable
    speed: speed.Speed
    processes: "ProcessTable | None" = None


def analyse(facts: Facts, rules: Rules = NO_RULES) -> Findings:
    """Return what *facts* mean under *rules*; the same facts give the same findings."""
    found = suspects.analyse(facts)
    return Findings(
        run=run.summarise(facts),
        process=process.summarise(facts),
        generations=generations.analyse(facts),
        cycles=cycles.analyse(facts),
        pools=pools.analyse(facts),
        types=objects.analyse(facts),
        refcounts=refcounts.analyse(facts),
        allocations=allocations.analyse(facts),
        suspects=suppressions.apply(found, rules),
        debt=debt.analyse(facts),
        caches=caches.analyse(facts),
        owners=owners.analyse(facts),
        speed=speed.analyse(facts, found.warm_up),
    )
