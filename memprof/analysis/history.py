"""History: what the engine kept of each site as it happened, beside the snapshots."""

from dataclasses import dataclass

from memprof.analysis.replay import State, states
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Change
from memprof.model.facts import Facts


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """
    What the engine kept of each site up to snapshot `index`, by site number.

    Each state is a vector of bytes and one of blocks, but for `births`: live
    blocks, a vector for each of the epochs that began at `starts_ns`.  None
    is what the capture does not say.
    """

    index: int
    peak: "State | None"
    traffic: "State | None"
    collected: "State | None"
    starts_ns: tuple[int, ...]
    births: "State | None"
    error: "State | None"


def latest(facts: Facts, *, midway: bool = False) -> SiteHistory | None:
    """Return what the last closer look says, or the last *midway*; None where there was none."""
    end = len(facts.snapshots) - midway
    known = [
        index
        for index in traced_snapshots(facts)
        if index < end and facts.history[index] is not None
    ]
    found = facts.history[known[-1]] if known else None
    if found is None:
        return None
    number, births = len(facts.allocations.sites), found.births
    starts_ns = births.starts_ns if births else ()
    return SiteHistory(
        index=known[-1],
        peak=_state(found.peak, 2, number),
        traffic=_state(found.traffic, 2, number),
        collected=_state(found.collected, 2, number),
        starts_ns=starts_ns,
        births=_state(births.changes, len(starts_ns), number) if births else None,
        error=_state(found.error, 2, number),
    )


def _state(changes: tuple[Change, ...] | None, columns: int, number: int) -> "State | None":
    """Return the *columns* of all sites, *number* of them."""
    return None if changes is None else states([changes], columns, [0], number)[0]
