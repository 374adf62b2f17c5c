"""Diff: what changed from one capture to another, or from one moment of a run to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from memprof.analysis import comparable, compared, differences, holdings, owned
from memprof.analysis.checkouts import FileKey
from memprof.analysis.comparable import Remark
from memprof.analysis.compared import Compared, Figure
from memprof.analysis.differences import Difference, Totals
from memprof.analysis.holdings import FILE, OF_BLOCKS, OWNER, SITE, TYPE, Side
from memprof.analysis.identity import Identity, identify
from memprof.analysis.moments import END
from memprof.analysis.owned import StackKey
from memprof.model.allocations import Frame

UNTRACED, NO_OWNERS, NOT_AT_END = "untraced", "no owners", "owners before the end"
"""Why rows of a kind cannot be had."""


@dataclass(frozen=True, slots=True)
class Rows:
    """
    The rows of one kind that differ, and what they add up to.

    `untracked_left_out` says that objects the collector does not track were
    counted on one side only, or on none.
    """

    by: str
    rows: tuple[Difference, ...]
    totals: Totals
    untracked_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything in which two captures, each at a moment, differ."""

    old: Side
    new: Side
    found: Rows
    process: tuple[Figure, ...]
    generations: tuple[Compared, ...]
    pools: tuple[Figure, ...]
    size_classes: tuple[Compared, ...]
    remarks: tuple[Remark, ...]

    @property
    def same(self) -> bool:
        """Say whether both are of one capture."""
        return self.old.facts is self.new.facts

    @property
    def comparable(self) -> bool:
        """Say whether bytes of one side mean the same on the other."""
        return not any(remark.spoils for remark in self.remarks)


def analyse(old: Side, new: Side, by: str) -> Diff:
    """Return in what *old* and *new* differ; the rows must not be `missing`."""
    return Diff(
        old=old,
        new=new,
        found=rows(old, new, by),
        process=compared.processes(old, new),
        generations=compared.collectors(old, new),
        pools=compared.arenas(old, new),
        size_classes=compared.size_classes(old, new),
        remarks=comparable.remarks(old, new),
    )


def missing(side: Side, by: str) -> str | None:
    """Return why the capture of *side* has no rows *by* that kind, None if it has them."""
    if by in OF_BLOCKS and not side.traced:
        return UNTRACED
    if by == OWNER and side.moment.word != END:
        return NOT_AT_END
    if by == OWNER and side.facts.owners is None:
        return NO_OWNERS
    return None


def rows(old: Side, new: Side, by: str) -> Rows:
    """Return what differs *by* site, type, file, traceback or owner."""
    if by == TYPE:
        return _types(old, new)
    same = identify(old.facts, new.facts, same_code=old.facts is new.facts)
    keys = _keys(same, by, min(side.facts.run.settings.depth for side in (old, new)))
    if by == OWNER:
        before, after = owned.owned((old, new), keys)
    else:
        before, after = (
            holdings.blocks(side, by, key) for side, key in zip((old, new), keys, strict=True)
        )
    return _rows(by, before, after)


def _types(old: Side, new: Side) -> Rows:
    """Return what differs by type; untracked objects where both sides looked at them."""
    both = all(side.facts.objects.untracked[side.moment.index] is not None for side in (old, new))
    before, after = (holdings.objects(side, untracked=both) for side in (old, new))
    return _rows(TYPE, before, after, untracked_left_out=not both)


def _rows(
    by: str,
    before: holdings.Holdings,
    after: holdings.Holdings,
    *,
    untracked_left_out: bool = False,
) -> Rows:
    """Return the rows of two holdings."""
    in_bytes = by in OF_BLOCKS
    found = differences.compare(before, after, in_bytes=in_bytes)
    totals = differences.sums(before, after, found, in_bytes=in_bytes)
    return Rows(by, found, totals, untracked_left_out)


def _keys(same: Identity, by: str, depth: int) -> tuple[StackKey, StackKey]:
    """Return what a stack is called on either side; of tracebacks *depth* lines count."""
    if by == FILE:
        return _by_file(same.old_files), _by_file(same.new_files)
    reach = 1 if by == SITE else depth
    return _by_lines(same.old_lines, reach), _by_lines(same.new_lines, reach)


def _by_file(files: Mapping[str, FileKey]) -> StackKey:
    """Return what a stack is called by the file of the line that allocates."""
    return lambda stack: files[stack[0].file]


def _by_lines(lines: Mapping[Frame, int], reach: int) -> StackKey:
    """Return what a stack is called by its first *reach* lines."""
    return lambda stack: tuple(lines[frame] for frame in stack[:reach])
