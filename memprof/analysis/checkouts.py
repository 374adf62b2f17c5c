"""
Checkouts: which files are the same in two captures, wherever they were kept.

Decided from the names alone.  Installed packages and the standard library
are known by their part after site-packages or lib/pythonX.Y.  Of the
program's own files a capture says the whole path only, so where the two
programs lay in different directories, these are found by what the paths
of the programs, or of most files, have in common at their ends.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

FileKey: TypeAlias = tuple[str, str]
"""What names a file in both captures: whose it is, and its path there."""

_PACKAGE = re.compile(r".*[/\\](?:site|dist)-packages[/\\](.+)", re.DOTALL)
_STANDARD = re.compile(
    r".*[/\\]lib(?:64)?[/\\]python3\.\d+t?[/\\](.+)|[A-Za-z]:\\.*\\Lib\\(.+)", re.DOTALL
)


def key(file: str) -> FileKey:
    """Return what names *file* as far as one capture can say."""
    for whose, pattern in (("package", _PACKAGE), ("standard library", _STANDARD)):
        match = pattern.fullmatch(file)
        if match:
            return whose, (match[match.lastindex or 1]).replace("\\", "/")
    return "own", file


def keys(
    old: Iterable[str], new: Iterable[str], targets: tuple[str, str]
) -> tuple[Mapping[str, FileKey], Mapping[str, FileKey]]:
    """
    Return the key of every file of *old* and of *new*; those of the same file are equal.

    *targets* are the names of the two programs.
    """
    before, after = {file: key(file) for file in old}, {file: key(file) for file in new}
    mine, theirs = _own(before), _own(after)
    roots = _roots(mine, theirs, targets)
    if roots is None:
        return before, after
    here, there = (len(root) for root in roots)
    known = {file[there:] for file in theirs - mine if file.startswith(roots[1])}
    for file in mine - theirs:
        if file.startswith(roots[0]) and file[here:] in known:
            name = "moved", file[here:]
            before[file] = after[roots[1] + file[here:]] = name
    return before, after


def _own(files: Mapping[str, FileKey]) -> set[str]:
    """Return the files that are the program's own and have a place."""
    return {file for file, (whose, _) in files.items() if whose == "own" and file.startswith("/")}


def _roots(old: set[str], new: set[str], targets: tuple[str, str]) -> tuple[str, str] | None:
    """Return the directories in which the two programs lay, None where that is one or unknown."""
    mains = _main(old, targets[0]), _main(new, targets[1])
    if mains[0] and mains[1] and mains[0] != mains[1]:
        return _parted(mains[0], mains[1])
    if old & new - {mains[0] or ""}:
        return None
    return _voted(old - new, new - old)


def _main(files: set[str], target: str) -> str | None:
    """Return the file of the program that is called *target*, None where it is not clear."""
    module = target.replace(".", "/")
    ends = (f"/{target}", f"/{module}.py", f"/{module}/__main__.py")
    found = [file for file in files if target and file.endswith(ends)]
    return found[0] if len(found) == 1 else None


def _parted(old: str, new: str) -> tuple[str, str] | None:
    """Return what stands before the common end of two paths, None where there is no such end."""
    mine, theirs = old.split("/"), new.split("/")
    same = 0
    for here, there in zip(reversed(mine), reversed(theirs), strict=False):
        if here != there:
            break
        same += 1
    # A first part of "" is that of an absolute path.
    same = min(same, len(mine) - 1, len(theirs) - 1)
    return ("/".join(mine[:-same]) + "/", "/".join(theirs[:-same]) + "/") if same else None


def _voted(old: set[str], new: set[str]) -> tuple[str, str] | None:
    """Return the two directories that most files speak for, None where that is not clear."""
    named = defaultdict(list)
    for file in new:
        named[file.rpartition("/")[2]].append(file)
    votes: Counter[tuple[str, str]] = Counter()
    for file in old:
        for other in named[file.rpartition("/")[2]]:
            parted = _parted(file, other)
            if parted is not None:
                votes[parted] += 1
    first = votes.most_common(2)
    if not first or (len(first) == 2 and first[0][1] == first[1][1]):
        return None
    return first[0][0]
