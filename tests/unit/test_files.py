"""Files: whole or not there, for their owner only."""

from pathlib import Path

import pytest

from memprof.errors import UsageError
from memprof.files import write_whole


def test_a_file_is_written_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_whole(str(path), "text µ\n")
    assert path.read_text("utf-8") == "text µ\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    link = tmp_path / "report.json"
    link.symlink_to(precious)
    write_whole(str(link), "new")
    assert precious.read_text() == "precious"
    assert not link.is_symlink()


def test_bytes_that_were_no_text_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_whole(str(path), "\udcff")
    assert path.read_bytes() == b"\\udcff"


@pytest.mark.parametrize("name", ["missing/report.json", "folder"])
def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(str(tmp_path / name), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_mode_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "shared.json"
    write_whole(str(path), "{}", 0o644)
    assert path.stat().st_mode & 0o044 == 0o044
