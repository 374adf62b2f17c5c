"""
Records of a capture, one a line: magic, checksum, JSON, in bounded memory.

A line that is torn, too long or fails its checksum is counted and left out;
reading goes on at the next newline.
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecoder
from typing import BinaryIO, NoReturn

from memprof.agent.wire import FORMAT, MAGIC_PREFIX, MAX_LINE_BYTES, checksum
from memprof.capture.fields import DamagedRecord, Record
from memprof.errors import CaptureNotFound, CaptureTooNew, NotACapture

Progress = Callable[[int, int], None]
"""Called now and then with the bytes read and the bytes there are."""

MAX_CONTAINERS = 1 << 19
"""Lists and objects in one line: an empty one takes 3 bytes there, 70 in memory."""

_CHECKSUM_BYTES = 8
_MAX_DIGITS = 20
_MAGIC_BYTES = len(MAGIC_PREFIX) + 9
_BUFFER_BYTES = 1 << 18
_PROGRESS_BYTES = 1 << 20


def _refuse_constant(_name: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise DamagedRecord


def _short_integer(digits: str) -> int:
    """Return *digits* as an integer; refuse more than 64 bits can hold."""
    if len(digits) > _MAX_DIGITS:
        raise DamagedRecord
    return int(digits)


# Reading an integer takes the square of its length, so Python refuses more than
# 4,300 digits; unless told otherwise, and then we refuse them ourselves.
_guarded = 0 < sys.get_int_max_str_digits() <= sys.int_info.default_max_str_digits
_decode = JSONDecoder(
    parse_constant=_refuse_constant, parse_int=None if _guarded else _short_integer
).decode


def parse(line: bytes) -> Record:
    """Return the record in *line*; raise DamagedRecord if it holds none."""
    json = line[_CHECKSUM_BYTES + 1 :].rstrip(b"\n")
    if line[: _CHECKSUM_BYTES + 1] != b"%08x " % checksum(json):
        raise DamagedRecord
    if len(json) > MAX_CONTAINERS and json.count(b"[") + json.count(b"{") > MAX_CONTAINERS:
        raise DamagedRecord
    try:
        pair = _decode(json.decode("ascii"))
    except (ValueError, RecursionError) as wrong:
        raise DamagedRecord from wrong
    match pair:
        case [str(kind), dict(fields)]:
            return Record(kind, fields, json)
    raise DamagedRecord


class Records:
    """
    The records of an open capture, in order; iterate once.

    Reads no further than the size the file had when opened, so a capture
    that is still written to comes to an end.  `damaged` counts the lines
    left out so far.
    """

    def __init__(
        self, path: str | os.PathLike[str], file: BinaryIO, progress: Progress | None = None
    ) -> None:
        """Take the *file* with its magic read; *path* is what messages call it."""
        self._path = path
        self._file = file
        self._progress = progress
        self._reported = 0
        self.total_bytes = os.fstat(file.fileno()).st_size
        self.read_bytes = file.tell()
        self.damaged = 0

    def __iter__(self) -> Iterator[Record]:
        """Yield each record whose checksum holds."""
        while line := self._line():
            if line != b"\n":
                try:
                    yield parse(line)
                except DamagedRecord:
                    self.damaged += 1
            self._report()
        if self._progress is not None:
            self._progress(self.total_bytes, self.total_bytes)

    def _line(self) -> bytes:
        """Return the next line that is not too long, b"" at the end."""
        line = self._piece()
        while len(line) > MAX_LINE_BYTES:
            self.damaged += 1
            while line and not line.endswith(b"\n"):
                line = self._piece()
            line = self._piece()
        return line

    def _piece(self) -> bytes:
        """Return bytes up to the next newline, the line limit or the end."""
        limit = min(self.total_bytes - self.read_bytes, MAX_LINE_BYTES + 1)
        try:
            piece = self._file.readline(limit) if limit > 0 else b""
        except OSError as wrong:
            message = f"{self._path} cannot be read: {wrong.strerror}"
            raise CaptureNotFound(message) from wrong
        self.read_bytes += len(piece)
        return piece

    def _report(self) -> None:
        """Say how far we are, once a mebibyte."""
        if self._progress is None or self.read_bytes < self._reported + _PROGRESS_BYTES:
            return
        self._reported = self.read_bytes
        self._progress(self.read_bytes, self.total_bytes)


@contextmanager
def open_records(
    path: str | os.PathLike[str], progress: Progress | None = None
) -> Iterator[Records]:
    """
    Open the capture at *path* for the length of a `with` block.

    Raises CaptureNotFound, NotACapture, CaptureTooNew.
    """
    with _open(path) as file:
        _check_magic(path, file)
        yield Records(path, file, progress)


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file; O_NONBLOCK keeps us from waiting on a named pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as wrong:
        message = f"there is no file {path}"
        raise CaptureNotFound(message) from wrong
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else wrong
        message = f"{path} cannot be read: {reason}"
        raise CaptureNotFound(message) from wrong
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        message = f"{path} is not a regular file"
        raise CaptureNotFound(message)
    return open(descriptor, "rb", buffering=_BUFFER_BYTES)


def _check_magic(path: str | os.PathLike[str], file: BinaryIO) -> None:
    """Read the first line; raise unless it names a format we know."""
    try:
        line = file.readline(_MAGIC_BYTES)
    except OSError as wrong:
        message = f"{path} cannot be read: {wrong.strerror}"
        raise CaptureNotFound(message) from wrong
    number = line.removeprefix(MAGIC_PREFIX).removesuffix(b"\n")
    whole = line.startswith(MAGIC_PREFIX) and line.endswith(b"\n") and number.isdigit()
    if not whole or number.startswith(b"0"):
        message = f"{path} is not a memprof capture"
        raise NotACapture(message)
    if int(number) > FORMAT:
        message = (
            f"{path} is a capture of format {int(number)}; this memprof reads up to format {FORMAT}"
        )
        raise CaptureTooNew(message)
