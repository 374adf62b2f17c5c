"""
Gathers what children left beside a capture into it, and counts those that are too many.

While the root runs, files of children that were soon over are counted and taken
away once there are too many of them; all others are appended when it has ended.
A file is taken away only when all of it stands in the capture, so whatever
happens in between, nothing is lost, and nothing is told twice.
"""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from memprof.agent.settings import CHILDREN_ENDING
from memprof.agent.wire import MAGIC, seal
from memprof.capture import children
from memprof.capture.fields import DamagedRecord, Record
from memprof.capture.folds import Key
from memprof.capture.records import parse

Writer = Callable[[Iterable[bytes]], bool]
"""Appends pieces to the capture, all or none; tells whether it did."""

MOST_BRIEF = 200
"""Children of a run that were soon over and are told one by one."""

_BRIEF_ENDING = ".brief.memprof"
_BRIEF_BYTES = 1 << 16
_PIECE_BYTES = 1 << 20
_TAIL_BYTES = 4096
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_SWEEP_S, _SWEEP_SHARE = 0.025, 20
"""A sweep lasts so long at most, and comes when this many times as long has passed."""

_COUNTED = 1000
"""Children that are counted before a record says so."""

_ENDING_S = 1.0
"""So long the launcher waits for multiprocessing's fork server, which ends when the root has."""

_FOLD_S = 3.0
"""Folding lasts about so long at most; what is left is read where it lies."""


@dataclass(slots=True)
class _Counted:
    """Sums of children that are told by number alone; None where none of them knew."""

    count: int = 0
    ended0: int = 0
    unfollowed: int = 0
    live_bytes: int | None = None
    rss_peak_bytes: int | None = None


class Gathering:
    """What the children of the run `token` left beside the capture at `path`."""

    def __init__(self, path: str, token: str, write: Writer) -> None:
        """Look beside *path*; *write* appends to it."""
        self._path, self._token, self._write = path, token, write
        self._counted = _Counted()
        self._next_s = 0.0

    def sweep(self) -> None:
        """Count children that are too many to be told one by one, as far as there is time."""
        began_s = time.monotonic()
        if began_s < self._next_s or not _is_ours(self._path):
            return
        brief = [path for path in children.listed(self._path).values() if _is_brief(path)]
        for path in brief[MOST_BRIEF:]:
            self._count(path)
            if time.monotonic() - began_s > _SWEEP_S:
                break
        if self._counted.count >= _COUNTED:
            self._say_counted()
        now_s = time.monotonic()
        self._next_s = now_s + (now_s - began_s) * _SWEEP_SHARE

    def fold(self) -> None:
        """Append what every child left that has come to its end, and take its file away."""
        if not _is_ours(self._path):
            return
        deadline_s = time.monotonic() + _FOLD_S
        brief, ending = 0, []
        for key, path in children.listed(self._path).items():
            brief += _is_brief(path)
            if _is_brief(path) and brief > MOST_BRIEF:
                self._count(path)
            elif not self._append(key, path) and self._is_ending(path):
                ending.append((key, path))
            if time.monotonic() > deadline_s:
                break
        self._say_counted()
        self._await(ending)
        with suppress(OSError):
            os.rmdir(self._path + CHILDREN_ENDING)

    def _await(self, ending: list[tuple[Key, str]]) -> None:
        """Append those that are *ending* by themselves, if they do so at once."""
        deadline_s = time.monotonic() + _ENDING_S
        while ending and time.monotonic() < deadline_s:
            time.sleep(_ENDING_S / 100)
            ending = [(key, path) for key, path in ending if not self._append(key, path)]

    def _is_ending(self, path: str) -> bool:
        """Say whether the child in the file at *path* ends because the root has."""
        with suppress(OSError):
            descriptor = os.open(path, _OPEN)
            try:
                first = _first(descriptor)
            finally:
                os.close(descriptor)
            return first is not None and first.fields.get("role") == "forkserver"
        return False

    def _append(self, key: Key, path: str) -> bool:
        """Append the child *key* in the file at *path*, if it is ours and has ended; tell if so."""
        with suppress(OSError):
            # Before we have it open ourselves.
            runs = _may_be_open(path, key[0])
            descriptor = os.open(path, _OPEN)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode) or (runs and not _is_closed(descriptor)):
                    return False
                first = _first(descriptor)
                nothing = status.st_size <= len(MAGIC)
                if nothing or (
                    first is not None
                    and first.fields.get("run") == self._token
                    and self._write(_pieces(key, descriptor, status.st_size))
                ):
                    os.unlink(path)
                    return True
            finally:
                os.close(descriptor)
        return False

    def _count(self, path: str) -> None:
        """Count the brief child in the file at *path*, if it is ours, and take the file away."""
        with suppress(OSError):
            descriptor = os.open(path, _OPEN)
            try:
                text = os.read(descriptor, _BRIEF_BYTES)
            finally:
                os.close(descriptor)
            records = {record.kind: record.fields for record in _records(text)}
            ended = records.get("footer"), records.get("unfollowed")
            said = records.get("hello") or ended[1] or {}
            if said.get("run") == self._token and any(one is not None for one in ended):
                # Not before: what cannot be taken away would be counted again.
                os.unlink(path)
                _add(self._counted, records)

    def _say_counted(self) -> None:
        """Append how many children were counted since this was said last."""
        counted = self._counted
        if not counted.count:
            return
        fields = {
            "count": counted.count,
            "ended0": counted.ended0,
            "unfollowed": counted.unfollowed,
            "live_bytes": counted.live_bytes,
            "rss_peak_bytes": counted.rss_peak_bytes,
        }
        if self._write([b"\n" + seal("processes", fields)]):
            self._counted = _Counted()


def empty(path: str) -> None:
    """Take away the captures of children that lie beside *path*, which is being replaced."""
    if not _is_ours(path):
        return
    for child in children.listed(path).values():
        with suppress(OSError):
            os.unlink(child)
    with suppress(OSError):
        os.rmdir(path + CHILDREN_ENDING)


def _is_ours(path: str) -> bool:
    """Say whether there is a directory for the children beside *path*, and it is ours."""
    try:
        status = os.lstat(path + CHILDREN_ENDING)
    except (OSError, ValueError):
        return False
    # As the agent asks before it writes there: see `memprof.agent.children`.
    mode = status.st_mode
    return stat.S_ISDIR(mode) and mode & 0o777 == 0o700 and status.st_uid == os.geteuid()


def _is_brief(path: str) -> bool:
    """Say whether a child told of its end alone in the file at *path*."""
    return path.endswith(_BRIEF_ENDING)


def _is_closed(descriptor: int) -> bool:
    """Say whether the capture open as *descriptor* has its last record."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _TAIL_BYTES, max(size - _TAIL_BYTES, 0))
    return any(record.kind == "footer" for record in _records(b"\n" + tail))


def _may_be_open(path: str, pid: int) -> bool:
    """Say whether process *pid* may yet write into the file at *path*."""
    if children.is_open(path, pid):
        return True
    try:
        os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return _lives(pid)
    return False


def _lives(pid: int) -> bool:
    """Say whether there is a process *pid*."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _first(descriptor: int) -> Record | None:
    """Return the first record of the file open as *descriptor*, None if it is no capture."""
    text = os.pread(descriptor, _BRIEF_BYTES, 0)
    return next(_records(text), None) if text.startswith(MAGIC) else None


def _records(text: bytes) -> Iterator[Record]:
    """Yield the records in *text*, of which the first line is none."""
    for line in text.split(b"\n")[1:]:
        if line:
            with suppress(DamagedRecord):
                yield parse(line)


def _pieces(key: Key, descriptor: int, size: int) -> Iterator[bytes]:
    """Yield what stands in the capture for the child *key*, whose file has *size* bytes."""
    pid, clock_ns = key
    fields = {"pid": pid, "clock_ns": clock_ns, "bytes": size - len(MAGIC)}
    # What stands before may be torn, and so may the child's last line.
    piece = b"\n" + seal("process", fields)
    at = len(MAGIC)
    while at < size:
        read = os.pread(descriptor, min(_PIECE_BYTES, size - at), at)
        if not read:
            break
        at += len(read)
        if len(piece) + len(read) > _PIECE_BYTES:
            yield piece
            piece = b""
        piece += read
    yield piece + b"\n" + seal("folded", {"pid": pid, "clock_ns": clock_ns})


def _add(counted: _Counted, records: dict[str, dict[str, object]]) -> None:
    """Add a child to those *counted*, by the last of its *records* of each kind."""
    footer, snapshot = records.get("footer", {}), records.get("snapshot", {})
    counted.count += 1
    counted.ended0 += footer.get("reason") == "exit" or footer.get("code") == 0
    counted.unfollowed += "unfollowed" in records
    live, rss = snapshot.get("live_bytes"), snapshot.get("rss_peak_bytes")
    if type(live) is int and live >= 0:
        counted.live_bytes = (counted.live_bytes or 0) + live
    if type(rss) is int and rss >= 0:
        counted.rss_peak_bytes = max(counted.rss_peak_bytes or 0, rss)
