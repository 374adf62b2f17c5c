"""Files by number, where another takes the number."""

import os
import sys
import threading
from pathlib import Path

import pytest

from memprof.agent import files


@pytest.fixture(params=[True, False], ids=["by C", "by Python"])
def _files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have descriptors looked at by C functions, and where there are none."""
    monkeypatch.setattr(files, "_HAS_FILES", files._HAS_FILES and request.param)  # noqa: SLF001


@pytest.mark.usefixtures("_files")
def test_a_descriptor_is_written_to_and_closed_only_while_it_is_the_same_file(
    tmp_path: Path,
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    first, second = os.open(ours, flags), os.open(theirs, flags)
    file = files.identity(first)
    assert files.identity(second) not in {None, file}
    assert files.append(first, file, b"one\n") == 4
    os.dup2(second, first)
    assert files.append(first, file, b"two\n") is None
    files.close(first, file)
    files.close(second, files.identity(second))
    assert files.identity(second) is None
    assert files.append(second, file, b"three\n") is None
    os.close(first)
    assert (ours.read_bytes(), theirs.read_bytes()) == (b"one\n", b"")


def test_what_the_system_refuses_is_told() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    assert files.append(descriptor, files.identity(descriptor), b"one\n") == -1
    os.close(descriptor)


def test_a_duplicate_is_high_and_not_inherited() -> None:
    number = files.duplicate(0, 100)
    assert number >= 100
    assert not os.get_inheritable(number)
    os.close(number)
    assert files.duplicate(0, 1 << 30) == -1


def test_no_byte_lands_in_a_file_that_takes_the_place_meanwhile(tmp_path: Path) -> None:
    """The system's calls of others run beside ours: what is looked at is what is written to."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    kept, second = os.open(ours, flags), os.open(theirs, flags)
    number = os.dup(kept)
    file = files.identity(kept)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            files.append(number, file, b"x")

    writer = threading.Thread(target=write)
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        writer.start()
        turns = 0
        while turns < 5000 or not ours.stat().st_size:
            os.dup2(second, number)
            os.dup2(kept, number)
            turns += 1
    finally:
        over.set()
        writer.join()
        sys.setswitchinterval(switch)
        for one in (kept, second, number):
            os.close(one)
    assert theirs.stat().st_size == 0
