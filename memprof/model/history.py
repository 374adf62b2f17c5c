"""Facts about allocation sites that no snapshot shows: peak, traffic, births."""

from dataclasses import dataclass

from memprof.model.allocations import Change


@dataclass(frozen=True, slots=True)
class Births:
    """
    Live blocks by the epoch of their birth.

    `starts_ns` is when each epoch began, ascending; the last one ends at the
    snapshot.  The changes have a column for each epoch.
    """

    starts_ns: tuple[int, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """
    What the engine kept of each site from the beginning to one snapshot.

    The columns are bytes and blocks; a site that is not named has none, and
    None is what the capture does not say.  `peak` is live when live bytes
    were highest, within 1 %.  `traffic` was ever allocated, `collected` is
    what of it was freed while the collector ran.  `error` is the standard
    error of what is live, where blocks were sampled.
    """

    peak: tuple[Change, ...] | None
    traffic: tuple[Change, ...] | None
    collected: tuple[Change, ...] | None
    births: Births | None
    error: tuple[Change, ...] | None = None
