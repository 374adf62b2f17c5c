"""
Reads a tree of processes: a capture, those folded into it, and those beside it.

One after the other, so that whoever wants little of each need not have all at once.
"""

from collections.abc import Iterator
from pathlib import Path

from memprof.capture import children
from memprof.capture.folds import Folds, Key
from memprof.capture.member import Member, counted
from memprof.capture.records import Progress, open_records
from memprof.errors import MemprofError
from memprof.model.tree import ROOT, Counted, Process, Tree


def processes(path: str | Path, progress: Progress | None = None) -> Iterator[Process | Counted]:
    """
    Yield each process that the capture at *path* tells of, the root among them.

    They come as they are read; the root alone has the role ROOT.  Raises what `read`
    does, where the root cannot be read.
    """
    beside, seen = children.listed(path), set[Key]()
    with open_records(path, progress) as records:
        folds = Folds(records)
        root, child = Member(folds.root, records.total_bytes), None
        room = records.total_bytes
        for fold, record in folds:
            if child is not None and child.fold is not fold:
                yield from _folded(child, str(path), seen, beside)
                child = None
            if fold is folds.root:
                root.take(record)
                found = counted(record) if record.kind == "processes" else None
                if found is not None:
                    yield found
                continue
            if child is None:
                # What all children may ask for is bounded by the file that they share.
                size_bytes = min(fold.size_bytes, room)
                room -= size_bytes
                child = Member(fold, size_bytes)
            child.take(record)
        if child is not None:
            yield from _folded(child, str(path), seen, beside)
    token = root.token
    yield root.root(str(path))
    for key, place in beside.items():
        if token and key not in seen:
            yield from _late(place, key, token)


def read_tree(path: str | Path, progress: Progress | None = None) -> Tree:
    """Return all that the capture at *path* says of its processes, at once; see `processes`."""
    found = list(processes(path, progress))
    every = [one for one in found if isinstance(one, Process)]
    facts = next(one.facts for one in every if one.role == ROOT)
    assert facts is not None  # noqa: S101  (tells mypy what Member.root says)
    return Tree(
        root=facts,
        processes=tuple(one for one in every if one.role != ROOT),
        more=tuple(one for one in found if isinstance(one, Counted)),
    )


def _folded(child: Member, path: str, seen: set[Key], beside: dict[Key, str]) -> Iterator[Process]:
    """
    Yield a *child* that was folded in, unless it was *seen*.

    One that is only begun here and lies *beside* is read there: the launcher was
    killed while it folded, and takes a file away when all of it is here.
    """
    key = child.key
    if key is None or key in seen or (key in beside and not child.fold.whole):
        return
    found = child.child(path)
    if found is not None:
        seen.add(key)
        yield found


def _late(path: str, key: Key, token: str) -> Iterator[Process]:
    """Yield the child in the file at *path* of its own, if it is of the run of *token*."""
    try:
        with open_records(path) as records:
            folds = Folds(records)
            child = Member(folds.root, records.total_bytes)
            for fold, record in folds:
                if fold is folds.root:
                    child.take(record)
    except MemprofError:  # gone, or no capture: nothing says that it is of this run
        return
    if child.token == token and child.key == key:
        facts = child.child(path, running=children.is_open(path, key[0]))
        if facts is not None:
            yield facts
