"""Suspect: one thing that grows, with all that speaks for and against it."""

from dataclasses import dataclass, replace

from memprof.analysis.caches import CacheRow
from memprof.analysis.debt import DebtRow
from memprof.analysis.fingerprints import of_lost, of_owner, of_site
from memprof.analysis.held import NOTHING, Held
from memprof.analysis.paths import is_named
from memprof.analysis.resources import Rising
from memprof.analysis.survival import Survival
from memprof.analysis.trend import Trend
from memprof.model.allocations import Frame
from memprof.model.objects import Type
from memprof.model.refcounts import LostReferences

_GONE = 0.05
"""With less of the growth at the end the program has let go of it."""

_COUNTED = ("threads", "descriptors", "references")


@dataclass(frozen=True, slots=True)
class Found:
    """One process of a tree that a suspect was found in: its pid and clock, and its part."""

    key: tuple[int, int]
    role: str
    rank: int
    growth_bytes: int | None
    growth_blocks: int | None
    growth_objects: int | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """
    Something that grows steadily, with its evidence.

    A site has a `stack`, allocating frame first, of which `caller` is the
    nearest line of the user's own where that first is a library's.  A type
    without a site has neither, and figures in objects only.  `judged_on` names
    what the trend was found in: bytes, blocks, objects, threads, descriptors,
    native bytes or references; `series` are bytes, or what was counted.

    `confidence`, 0 to 1, is `share` of all growth x `trend.rising` x
    `trend.linearity` x how much of what is old survives.  `kept_share` is how
    much of the growth the last snapshot still had.  `cycle` closes garbage, `lost` is
    the object whose references nobody holds.

    In a tree of processes figures of growth are of all it was `found_in`, the surest
    first, `among` so many of their kind that were judged; the rest is of the first.
    """

    rank: int
    verdict: str
    confidence: float
    stack: tuple[Frame, ...]
    caller: Frame | None
    type: Type | None
    growth_bytes: int | None
    growth_blocks: int | None
    growth_objects: int | None
    bytes_per_s: float | None
    objects_per_s: float | None
    held: Held
    held_by: str | None
    cache: CacheRow | None
    cycle: str | None
    share: float
    kept_share: float
    survival: Survival | None
    trend: Trend
    judged_on: str
    series: tuple[int, ...]
    found_in: tuple[Found, ...] = ()
    among: int = 0
    lost: LostReferences | None = None

    @property
    def things(self) -> str:
        """Return what `growth_objects` counts, in the plural."""
        return self.judged_on if self.judged_on in _COUNTED else "objects"

    @property
    def is_gone(self) -> bool:
        """Say whether the program's end has next to nothing of it."""
        return self.kept_share <= _GONE

    @property
    def fingerprint(self) -> str:
        """Return what names it in every run: what holds it, else what allocates it."""
        owner = self.held.owner
        if self.lost is not None:
            return of_lost(self.type, self.lost.name)
        if is_named(owner):
            return of_owner(owner)
        return of_site(self.stack, self.caller, self.type, self.judged_on)


_BARE = Suspect(
    rank=0,
    verdict="",
    confidence=0.0,
    stack=(),
    caller=None,
    type=None,
    growth_bytes=None,
    growth_blocks=None,
    growth_objects=None,
    bytes_per_s=None,
    objects_per_s=None,
    held=NOTHING,
    held_by=None,
    cache=None,
    cycle=None,
    share=1.0,
    kept_share=1.0,
    survival=None,
    trend=Trend(0, 0.0, 1.0, 0, 0.0, 0.0, 1.0),
    judged_on="",
    series=(),
)
"""What is known of a suspect that is neither a site nor a growing type."""


def of_process(
    verdict: str, what: str, rising: Rising, stack: tuple[Frame, ...], line: Frame | None
) -> Suspect:
    """Return the suspect for *what*, a figure of the process that is *rising*."""
    in_bytes = what == "native bytes"
    return replace(
        _BARE,
        verdict=verdict,
        confidence=max(rising.trend.rising, 0.0) * rising.trend.linearity,
        stack=stack,
        caller=line,
        growth_bytes=rising.growth if in_bytes else None,
        growth_objects=None if in_bytes else rising.growth,
        bytes_per_s=rising.per_s if in_bytes else None,
        objects_per_s=None if in_bytes else rising.per_s,
        trend=rising.trend,
        judged_on=what,
        series=rising.series,
    )


def of_debt(verdict: str, row: DebtRow, share: float) -> Suspect:
    """Return the suspect for one type of garbage, a *share* of all there is."""
    return replace(
        _BARE,
        verdict=verdict,
        confidence=share,
        stack=row.stack,
        caller=row.caller,
        type=row.type,
        growth_objects=row.objects,
        cycle=row.cycle,
        share=share,
        trend=replace(_BARE.trend, growth=row.objects),
        judged_on="garbage",
    )


def of_references(
    verdict: str, lost: int, found: LostReferences, kind: Type, series: tuple[int, ...]
) -> Suspect:
    """Return the suspect for an object of *kind* that *lost* references."""
    return replace(
        _BARE,
        verdict=verdict,
        # They were counted.
        confidence=1.0,
        type=kind,
        growth_objects=lost,
        trend=replace(_BARE.trend, growth=lost),
        judged_on="references",
        series=series,
        lost=found,
    )
