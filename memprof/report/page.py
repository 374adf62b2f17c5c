"""The page: the whole report as text, the answer first."""

from collections.abc import Callable, Sequence

from memprof.analysis.explain import Explanation
from memprof.analysis.findings import Findings
from memprof.analysis.suspects import SuspectTable
from memprof.report import (
    allocations,
    caches,
    cycles,
    debt,
    explain,
    generations,
    objects,
    pools,
    process,
    processes,
    refcounts,
    run,
    shares,
    suppressions,
    suspects,
)
from memprof.report.prose import bullets, paragraph

DEFAULT_TOP = 10
"""Rows of each table, where nobody says."""


def suspected(found: SuspectTable, top: int = DEFAULT_TOP) -> list[str]:
    """Return the section of the suspects, and what became of the suppressions."""
    return suspects.lines(found, top) + bullets(suppressions.notes(found.applied))


def _allocated(found: Findings, top: int) -> list[str]:
    """Return the section of the allocation sites: of all processes, where there are several."""
    tree = found.processes
    if tree is None or not tree.sites.processes:
        return allocations.lines(found.allocations, top)
    return shares.lines(tree, top) + allocations.passing(found.allocations, top)


_RENDER: dict[str, Callable[[Findings, int], list[str]]] = {
    "suspects": lambda found, top: suspected(found.suspects, top),
    "processes": lambda found, top: processes.lines(found.processes, top),
    "process": lambda found, _top: process.lines(
        found.process, found.run, of_root=found.processes is not None
    ),
    "types": lambda found, top: objects.lines(found.types, top),
    "allocations": _allocated,
    "generations": lambda found, _top: generations.lines(found.generations),
    "collections": lambda found, top: cycles.lines(found.cycles, top),
    "debt": lambda found, top: debt.lines(found.debt, top),
    "caches": lambda found, top: caches.lines(found.caches, top),
    "pools": lambda found, top: pools.lines(found.pools, top),
    "refcounts": lambda found, top: refcounts.lines(found.refcounts, top),
}

SECTIONS = tuple(_RENDER)
"""Names of the sections, in the order of the page."""


def render(
    findings: Findings, sections: Sequence[str] | None = None, top: int = DEFAULT_TOP
) -> str:
    """
    Return the page: head, verdict, then *sections*, all of them where None.

    Each table has at most *top* rows.  The order is the page's, whatever
    that of *sections*; every line is safe to print and ends with a newline.  That
    one process started no other is not worth a section that nobody asked for.
    """
    alone = findings.processes is None
    chosen = [one for one in SECTIONS if one != "processes" or not alone]
    chosen = chosen if sections is None else list(sections)
    lines = run.lines(findings.run)
    lines += [] if findings.processes is None else processes.head(findings.processes)
    lines += paragraph(suspects.verdict(findings.suspects))
    for section in SECTIONS:
        if section in chosen:
            lines += _RENDER[section](findings, top)
    return _text(lines)


def suspects_alone(found: SuspectTable, top: int = DEFAULT_TOP) -> str:
    """Return the verdict and the suspects, and nothing else."""
    lines = [*paragraph(suspects.verdict(found)), *suspected(found, top)]
    if found.rows:
        lines += ["", "With --explain N one of them is shown whole, with what to try."]
    return _text(lines)


def explanation(found: Explanation) -> str:
    """Return one suspect whole."""
    return _text(explain.lines(found))


def _text(lines: Sequence[str]) -> str:
    """Return *lines* as they are written."""
    return "".join(f"{line}\n" for line in lines)
