"""The launcher's side: creating a capture, appending to it."""

import os
import stat
from pathlib import Path

import pytest
from support.captures import CLOCK_NS, capture_bytes, capture_rows, example_facts

from memprof.agent.wire import MAGIC
from memprof.capture.outside import Outside, create
from memprof.capture.reader import read
from memprof.errors import CaptureExists, CaptureNotWritable
from memprof.model.process import Resident
from memprof.model.run import Ending

LOOK = Resident(0, 100, 90, None, 5, 1)


@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_a_new_capture_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    """Whatever the umask, the owner may read and write, and nobody else."""
    path = tmp_path / "a.memprof"
    before = os.umask(umask)
    try:
        create(path, overwrite=False)
    finally:
        os.umask(before)
    assert path.read_bytes() == MAGIC
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_is_replaced_when_asked(tmp_path: Path) -> None:
    """Without overwrite a file stays; with it, whoever has it open keeps the old one."""
    path = tmp_path / "a.memprof"
    path.write_bytes(b"precious")
    with pytest.raises(CaptureExists, match=r"a\.memprof already exists"):
        create(path, overwrite=False)
    with path.open("rb") as old:
        create(path, overwrite=True)
        assert old.read() == b"precious"
    assert path.read_bytes() == MAGIC
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.memprof"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_file_is_refused(tmp_path: Path, overwrite: bool) -> None:  # noqa: FBT001
    """Links, directories and pipes are neither followed nor replaced."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    link, dangling, pipe = tmp_path / "link", tmp_path / "dangling", tmp_path / "pipe"
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "nowhere")
    os.mkfifo(pipe)
    for path, what in (
        (link, "a symbolic link"),
        (dangling, "a symbolic link"),
        (tmp_path, "a directory"),
        (pipe, "not a regular file"),
    ):
        with pytest.raises(CaptureNotWritable, match=f"{path} is {what}"):
            create(path, overwrite=overwrite)
    assert target.read_bytes() == b"precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing directory, a name too long or impossible say so by name."""
    for path in (tmp_path / "no" / "a", tmp_path / ("a" * 300), str(tmp_path / "a\0b")):
        with pytest.raises(CaptureNotWritable, match="cannot be created"):
            create(path, overwrite=True)
    assert not os.listdir(tmp_path)


def test_what_is_seen_outside_joins_the_capture(tmp_path: Path) -> None:
    """Looks and the end are read again, after a line the target left torn."""
    path = tmp_path / "a.memprof"
    rows = [row for row in capture_rows(example_facts()) if row[0] not in {"resident", "exit"}]
    path.write_bytes(capture_bytes(rows) + b'12345678 ["live",{"by')
    outside = Outside(path)
    outside.resident(CLOCK_NS + 3, LOOK)
    outside.exit(CLOCK_NS + 4, None, 9, None, 2)
    outside.close()
    facts = read(path)
    assert outside.lost == 0
    assert facts.resident == (Resident(3, 100, 90, None, 5, 1),)
    assert facts.run.ending == Ending(None, 9, "exit", 2)
    assert facts.run.damaged_records == 1


def test_a_failure_to_write_is_counted(tmp_path: Path) -> None:
    """Nothing raises: neither a missing file, a link, a full disk nor a closed capture."""
    link = tmp_path / "link"
    link.symlink_to("/dev/full")
    for path in (tmp_path / "missing", link, "/dev/full", "a\0b"):
        outside = Outside(path)
        outside.resident(1, LOOK)
        outside.exit(2, 0, None, None, 0)
        outside.close()
        outside.exit(2, 0, None, None, 0)
        assert outside.lost == 3
    assert not (tmp_path / "missing").exists()
