"""Records reach the capture or are counted as lost; never another file."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from memprof.agent import files
from memprof.agent.channel import Channel
from memprof.agent.wire import MAGIC, seal


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """Return an empty capture."""
    path = tmp_path / "capture"
    path.touch()
    return path


def descriptor(channel: Any) -> int:  # noqa: ANN401
    """Return where *channel* has parked its descriptor."""
    number = channel._descriptor  # noqa: SLF001
    assert isinstance(number, int)
    return number


def test_records_are_appended(path: Path) -> None:
    path.write_bytes(b"before\n")
    channel = Channel(str(path))
    channel.send("event", {"what": "one"})
    channel.send("event", {"what": "two"})
    lines = [seal("event", {"what": what}) for what in ("one", "two")]
    assert path.read_bytes() == b"before\n" + b"".join(lines)
    assert (channel.lost, channel.written_bytes) == (0, sum(map(len, lines)))
    channel.close()


def test_records_that_are_held_are_written_as_one(path: Path) -> None:
    channel = Channel(str(path))
    channel.hold()
    channel.send("event", {"what": "one"})
    channel.send("event", {"what": "two"})
    assert path.read_bytes() == b""
    channel.let_go()
    lines = [seal("event", {"what": what}) for what in ("one", "two")]
    assert path.read_bytes() == b"".join(lines)
    channel.hold()
    channel.send("event", {"what": "." * (1 << 18)})
    assert len(path.read_bytes()) > 1 << 18
    assert channel.lost == 0
    channel.close()


def test_no_record_is_lost_between_threads(path: Path) -> None:
    """One holds and lets go, as the companion does, while others send."""
    channel = Channel(str(path))

    def send(sender: int) -> None:
        for number in range(2000):
            channel.send("event", {"what": f"{sender} {number}"})

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(3) as several:
            sending = [several.submit(send, sender) for sender in range(2)]
            while not all(one.done() for one in sending):
                channel.hold()
                channel.let_go()
    finally:
        sys.setswitchinterval(switch)
    channel.let_go()
    assert len(set(path.read_bytes().splitlines())) == 4000
    assert channel.lost == 0
    channel.close()


def test_the_descriptor_is_high_and_not_inherited(path: Path) -> None:
    channel = Channel(str(path))
    assert descriptor(channel) > 60
    assert not os.get_inheritable(descriptor(channel))
    channel.close()


def test_a_closed_descriptor_is_opened_again(path: Path) -> None:
    channel = Channel(str(path))
    os.close(descriptor(channel))
    channel.send("event", {})
    assert path.read_bytes() == seal("event", {})
    assert channel.lost == 0
    channel.close()


def test_a_descriptor_the_target_reuses_is_left_alone(path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    channel = Channel(str(path))
    number = descriptor(channel)
    with open(theirs, "wb") as file:
        os.dup2(file.fileno(), number)
        channel.send("event", {})
        assert descriptor(channel) != number
        channel.close()
        os.fstat(number)
        os.close(number)
    assert theirs.read_bytes() == b""
    assert path.read_bytes() == seal("event", {})


def test_closing_leaves_a_reused_descriptor_open(path: Path, tmp_path: Path) -> None:
    channel = Channel(str(path))
    number = descriptor(channel)
    with open(tmp_path / "theirs", "wb") as file:
        os.dup2(file.fileno(), number)
    channel.close()
    os.fstat(number)
    os.close(number)


def test_a_file_that_took_the_capture_s_place_is_not_written_to(path: Path) -> None:
    channel = Channel(str(path))
    os.close(descriptor(channel))
    # Beside it first: an inode that was just freed may be handed out again.
    other = path.with_name("other")
    other.touch()
    other.rename(path)
    channel.send("event", {})
    assert (path.read_bytes(), channel.lost) == (b"", 1)


def test_a_link_is_not_followed(path: Path) -> None:
    real = path.with_name("real")
    path.rename(real)
    path.symlink_to(real)
    with pytest.raises(OSError, match="symbolic"):
        Channel(str(path))


def test_a_removed_capture_goes_on_as_long_as_it_is_open(path: Path) -> None:
    channel = Channel(str(path))
    path.unlink()
    channel.send("event", {})
    assert channel.lost == 0
    os.close(descriptor(channel))
    channel.send("event", {})
    assert channel.lost == 1
    assert not path.exists()


def test_a_full_disk_loses_records_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Channel(str(path))

    with monkeypatch.context() as patch:
        patch.setattr("memprof.agent.channel._append", lambda *_: -1)
        channel.send("event", {})
    assert channel.lost == 1
    channel.send("event", {"what": "later"})
    assert path.read_bytes() == seal("event", {"what": "later"})
    channel.close()


def test_half_a_record_is_ended_and_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Channel(str(path))
    append: Any = files.append
    with monkeypatch.context() as patch:
        patch.setattr(
            "memprof.agent.channel._append", lambda to, file, line: append(to, file, line[:5])
        )
        channel.send("event", {})
    channel.send("event", {})
    first, second = path.read_bytes().splitlines(keepends=True)
    assert first == seal("event", {})[:5] + b"\n"
    assert second == seal("event", {})
    assert channel.lost == 1
    channel.close()


def test_after_close_nothing_is_ours(path: Path) -> None:
    channel = Channel(str(path))
    number = descriptor(channel)
    channel.close()
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(number)
    channel.close()


def test_a_capture_left_to_the_parent_is_not_opened_again(path: Path) -> None:
    channel = Channel(str(path))
    channel.hold()
    channel.send("a", {})
    channel.abandon()
    channel.let_go()
    channel.send("b", {})
    assert not channel.is_open()
    assert path.read_bytes() == b""


def test_a_new_capture_begins_with_its_magic_in_one_write(path: Path) -> None:
    channel = Channel(None)
    channel.send("dropped", {})
    channel.hold()
    channel.take_over(str(path), os.open(path, os.O_WRONLY | os.O_APPEND))
    channel.send("a", {})
    assert path.read_bytes() == b""
    channel.let_go()
    assert path.read_bytes() == MAGIC + seal("a", {})
    # It is found again by its path.
    os.close(descriptor(channel))
    channel.send("b", {})
    assert path.read_bytes() == MAGIC + seal("a", {}) + seal("b", {})
    channel.close()
