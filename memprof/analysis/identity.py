"""
Identity: what makes a line the same in two captures.

Its file, wherever that was kept; its function; its place among the other
lines there, not its number, which moves with every edit above; and what it
allocates.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from memprof.analysis.alignment import Line, align
from memprof.analysis.checkouts import FileKey, keys
from memprof.analysis.replay import State, states
from memprof.analysis.run import traced_snapshots
from memprof.model.allocations import Frame
from memprof.model.facts import Facts

# Functions of their own up to Python 3.11, parts of their function since.
_COMPREHENSION = re.compile(r"(?:(?:^|\.<locals>\.|\.)<(?:list|set|dict)comp>)+$")

_Lines = dict[FileKey, dict[Line, tuple[int, int] | None]]
"""The lines of each file, each with the bytes and blocks it allocated."""


@dataclass(frozen=True, slots=True)
class Identity:
    """
    The lines and files of two captures by numbers and keys they share.

    A line has one number in both, and so has what a comprehension allocates
    and its function at the same line.
    """

    old_lines: Mapping[Frame, int]
    new_lines: Mapping[Frame, int]
    old_files: Mapping[str, FileKey]
    new_files: Mapping[str, FileKey]


def identify(old: Facts, new: Facts, *, same_code: bool) -> Identity:
    """
    Return which lines and files of *old* and *new* are the same.

    With *same_code*, as in one run, a line is the same where its number is.
    """
    frames, others = _frames(old), _frames(new)
    targets = old.run.target, new.run.target
    mine, theirs = keys(_files(frames), _files(others), targets)
    before, after = _lines(old, frames, mine), _lines(new, others, theirs)
    numbers, same = _numbers(before, after, same_code=same_code)
    return Identity(
        old_lines={one: numbers[mine[one.file], _line(one)] for one in frames},
        new_lines={one: same[theirs[one.file], _line(one)] for one in others},
        old_files=mine,
        new_files=theirs,
    )


def function(frame: Frame) -> str:
    """Return the function *frame* is in, that around a comprehension, empty where unknown."""
    if not frame.function:
        return ""
    return _COMPREHENSION.sub("", frame.function) or "<module>"


_Numbers = dict[tuple[FileKey, Line], int]


def _numbers(before: _Lines, after: _Lines, *, same_code: bool) -> tuple[_Numbers, _Numbers]:
    """Return a number for each line of both, one for lines that are the same."""
    numbers: _Numbers = {}
    same: _Numbers = {}
    for file in sorted({*before, *after}):
        old, new = sorted(before.get(file, {})), sorted(after.get(file, {}))
        for line in old:
            numbers[file, line] = len(numbers)
        if same_code:
            pairs = [(line, line) for line in old if line in after.get(file, {})]
        else:
            sizes = [
                [of[file][one] for one in lines] for of, lines in ((before, old), (after, new))
            ]
            pairs = [(old[one], new[other]) for one, other in align(old, new, *sizes)]
        for line, other in pairs:
            same[file, other] = numbers[file, line]
    for file in sorted(after):
        for line in sorted(after[file]):
            same.setdefault((file, line), len(numbers) + len(same))
    return numbers, same


def _frames(facts: Facts) -> set[Frame]:
    """Return every line of code that *facts* name."""
    return {frame for stack in facts.allocations.sites for frame in stack}


def _files(frames: set[Frame]) -> set[str]:
    """Return the files of *frames*."""
    return {frame.file for frame in frames}


def _line(frame: Frame) -> Line:
    """Return where *frame* is in its file."""
    return frame.line, function(frame)


def _lines(facts: Facts, frames: set[Frame], files: Mapping[str, FileKey]) -> _Lines:
    """Return the lines of *frames* by file."""
    held: dict[tuple[FileKey, Line], list[int]] = defaultdict(lambda: [0, 0])
    for stack, size, count in zip(facts.allocations.sites, *_last(facts), strict=True):
        if stack:
            figures = held[files[stack[0].file], _line(stack[0])]
            figures[0] += size
            figures[1] += count
    found: _Lines = defaultdict(dict)
    for frame in frames:
        file, line = files[frame.file], _line(frame)
        size, count = held.get((file, line), (0, 0))
        found[file][line] = (size, count) if size > 0 and count > 0 else None
    return found


def _last(facts: Facts) -> State:
    """Return bytes and blocks of every site at the last snapshot that saw them."""
    number = len(facts.allocations.sites)
    traced = traced_snapshots(facts)
    if not traced:
        return states([()], 2, [0], number)[0]
    return states(facts.allocations.changes, 2, traced[-1:], number)[0]
