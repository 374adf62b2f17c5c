"""Assembles the facts about allocation sites: frames, functions, sites, live."""

from array import array

from memprof.capture.changes import Changes
from memprof.capture.fields import NO_ID, DamagedRecord, Record, highest, ids, integers
from memprof.capture.names import LOST, MAX_IDS, Ids, Strings
from memprof.model.allocations import Allocations, Frame

LOST_FRAME = Frame(LOST, 0, None)
_LOST_STACK = (LOST_FRAME,)


class Frames:
    """Lines of code by number, held as columns until the end."""

    def __init__(self, strings: Strings, file_bytes: int) -> None:
        """Start with no frames; names come from *strings*."""
        self._strings = strings
        self._ids = Ids(file_bytes)
        self._files = array("q")
        self._lines = array("q")
        self._functions = array("q")

    def take(self, record: Record) -> None:
        """Add the rows of a `frames` record."""
        first, (files, lines) = record.integer("first"), record.columns("rows", 2)
        gap = self._ids.declare(first, len(ids(files)))
        nothing = array("q", [NO_ID])
        self._files.extend(nothing * gap)
        self._lines.extend(nothing * gap)
        self._functions.extend(nothing * (gap + len(files)))
        self._files.extend(files)
        self._lines.extend(lines)

    def take_functions(self, record: Record) -> None:
        """Name the functions of frames; those of lost frames are of no use."""
        frames, names = record.columns("rows", 2)
        for frame, name in zip(ids(frames), ids(names), strict=True):
            if frame < len(self._functions):
                self._functions[frame] = name

    def facts(self) -> list[Frame]:
        """Return the frames by number."""
        columns = zip(self._files, self._lines, self._functions, strict=True)
        return [self._frame(file, line, function) for file, line, function in columns]

    def _frame(self, file: int, line: int, function: int) -> Frame:
        """Return one frame; some interpreters say line -1 where there is none."""
        if file == NO_ID:
            return LOST_FRAME
        name = None if function == NO_ID else self._strings[function]
        return Frame(self._strings[file], max(line, 0), name)


class Sites:
    """Stacks of frames by number."""

    def __init__(self, frames: Frames, file_bytes: int) -> None:
        """Start with no sites, whose frames are in *frames*."""
        self.ids = Ids(file_bytes)
        self._frames = frames
        self._stacks: list[tuple[int, ...]] = []

    def take(self, record: Record) -> None:
        """Add the stacks of a `sites` record."""
        first = record.integer("first")
        stacks = [tuple(integers(stack)) for stack in record.items("stacks")]
        if highest(map(highest, stacks)) >= MAX_IDS:
            raise DamagedRecord
        gap = self.ids.declare(first, len(stacks))
        self._stacks.extend([()] * gap)
        self._stacks.extend(stacks)

    def facts(self) -> tuple[tuple[Frame, ...], ...]:
        """Return the stacks by number; none is empty."""
        frames = self._frames.facts()
        lost = [_LOST_STACK] * (len(self.ids) - len(self._stacks))
        return (*(_stack(frames, numbers) for numbers in self._stacks), *lost)


def site_id(number: int) -> int | None:
    """Return the site a record speaks of, None for -1."""
    return None if number == NO_ID else number


def _stack(frames: list[Frame], numbers: tuple[int, ...]) -> tuple[Frame, ...]:
    """Return the frames of one site."""
    end = len(frames)
    found = tuple([frames[n] if n < end else LOST_FRAME for n in numbers])
    return found or _LOST_STACK


class AllocationsReader:
    """Collects live bytes and blocks by site, snapshot by snapshot."""

    def __init__(self, sites: Sites) -> None:
        """Start with no snapshots, over the table of *sites*."""
        self._sites = sites
        self._live = Changes(sites.ids, ("bytes", "blocks"))
        self.take = self._live.take
        self.close = self._live.close

    def facts(self) -> Allocations:
        """Return what was collected."""
        return Allocations(self._sites.facts(), self._live.facts())
