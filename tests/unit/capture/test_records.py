"""Records: magic, checksums, lines, and what is wrong with a file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from memprof.agent.wire import FORMAT, MAGIC, MAX_LINE_BYTES, checksum, seal
from memprof.capture.fields import DamagedRecord
from memprof.capture.records import open_records, parse
from memprof.errors import CaptureNotFound, CaptureTooNew, NotACapture

EVENT = seal("event", {"at_ns": 1})


def kinds(path: Path, data: bytes) -> tuple[list[str], int]:
    """Return the kinds of the records in *data*, and the damaged lines."""
    path.write_bytes(MAGIC + data)
    with open_records(path) as records:
        return [record.kind for record in records], records.damaged


def test_one_record_a_line(tmp_path: Path) -> None:
    """Records come in order; empty lines are passed over."""
    data = EVENT + b"\n" + seal("exit", {}) + b"\n\n"
    assert kinds(tmp_path / "a", data) == (["event", "exit"], 0)


@pytest.mark.parametrize(
    "line",
    [
        EVENT[:-4] + b"\n",
        EVENT.replace(b"1}", b"2}"),
        EVENT.upper(),
        b"deadbeef\n",
        b"\x00\xff\n",
        seal("event", {})[:9] + b"\n",
    ],
)
def test_reading_goes_on_after_a_damaged_line(tmp_path: Path, line: bytes) -> None:
    """A damaged line is counted and the next one read."""
    assert kinds(tmp_path / "a", EVENT + line + EVENT) == (["event", "event"], 1)


def test_a_last_line_without_its_newline_is_whole(tmp_path: Path) -> None:
    """What the checksum covers is enough; the newline alone may be cut off."""
    assert kinds(tmp_path / "a", EVENT + EVENT[:-1]) == (["event", "event"], 0)
    assert kinds(tmp_path / "a", EVENT + EVENT[:-2]) == (["event"], 1)


def test_a_line_that_is_too_long_is_one_damaged_line(tmp_path: Path) -> None:
    """A line beyond the limit is passed over without being kept."""
    data = b"a" * (2 * MAX_LINE_BYTES + 10) + b"\n"
    assert kinds(tmp_path / "a", data + EVENT) == (["event"], 1)
    assert kinds(tmp_path / "a", EVENT + data[:-1]) == (["event"], 1)


@pytest.mark.parametrize("text", [b"1", b"[]", b'["a"]', b"[1,{}]", b'["a",{},1]', b'["a",[]]'])
def test_json_of_another_shape_is_damaged(text: bytes) -> None:
    """A record is a kind and its fields, nothing else."""
    with pytest.raises(DamagedRecord):
        parse(b"%08x %b\n" % (checksum(text), text))


@pytest.mark.parametrize(
    "data",
    [b"", b"memprof", MAGIC[:-1], b"memprof capture x\n", b"memprof capture 0\n", b"\x80\x04"],
)
def test_another_file_is_not_a_capture(tmp_path: Path, data: bytes) -> None:
    """A file that does not begin with our first line is refused by name."""
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(NotACapture, match=r"a\.txt is not a memprof capture"), open_records(path):
        pass


def test_a_newer_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    """The message says the capture's format and ours."""
    path = tmp_path / "a"
    path.write_bytes(b"memprof capture 7\n")
    with pytest.raises(CaptureTooNew, match=rf"format 7.*format {FORMAT}"), open_records(path):
        pass


def test_what_cannot_be_read_is_not_found(tmp_path: Path) -> None:
    """Missing files, directories, pipes and impossible names are one error."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path / "missing", tmp_path, pipe, "a\0b", tmp_path / ("a" * 300)):
        with pytest.raises(CaptureNotFound), open_records(path):
            pass


def test_progress_ends_with_everything_read(tmp_path: Path) -> None:
    """Progress is told by the mebibyte, and at the end."""
    path = tmp_path / "a"
    path.write_bytes(MAGIC + EVENT * 100_000)
    told: list[tuple[int, int]] = []
    with open_records(path, lambda *now: told.append(now)) as records:
        assert sum(1 for _ in records) == 100_000
    size = path.stat().st_size
    assert told == sorted(told)
    assert told[-1] == (size, size)
    assert 2 <= len(told) <= size // (1 << 20) + 2


def test_a_capture_still_written_to_ends(tmp_path: Path) -> None:
    """What is appended after opening is not waited for."""
    path = tmp_path / "a"
    path.write_bytes(MAGIC + EVENT)
    with open_records(path) as records, path.open("ab") as file:
        seen = 0
        for _ in records:
            file.write(EVENT)
            file.flush()
            seen += 1
    assert seen == 1


def test_long_integers_are_refused_without_pythons_guard() -> None:
    """Where Python's own limit on digits is off, ours still holds."""
    code = (
        "from memprof.agent.wire import checksum; from memprof.capture import records\n"
        "text = b'[\"a\",{\"b\":' + b'9' * 3_000_000 + b'}]'\n"
        "try: records.parse(b'%08x %b' % (checksum(text), text))\n"
        "except records.DamagedRecord: print('damaged')"
    )
    command = [sys.executable, "-X", "int_max_str_digits=0", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "damaged\n"
