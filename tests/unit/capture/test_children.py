"""Children: which captures lie beside one, and whether somebody still writes them."""

import os
from pathlib import Path

from support.trees import beside, child

from memprof.capture.children import is_open, listed


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert listed(tmp_path / "app.memprof") == {}
    (tmp_path / "app.memprof.children").write_text("a file")
    assert listed(tmp_path / "app.memprof") == {}
    assert listed("\0") == {}


def test_they_come_in_order_of_their_beginning(tmp_path: Path) -> None:
    path = tmp_path / "app.memprof"
    later, sooner = child(50, began_s=9), child(51, began_s=3)
    found = [str(beside(path, rows)) for rows in (later, sooner)]
    assert list(listed(path).values()) == found[::-1]


def test_only_files_of_our_naming_count(tmp_path: Path) -> None:
    path = tmp_path / "app.memprof"
    found = beside(path, child(50))
    for name in ("a.memprof", "1.2", "1.2.memprof.part", "-1.2.memprof", "1.2.3.memprof"):
        (found.parent / name).write_text("")
    (found.parent / f"{1 << 63}.1.memprof").write_text("")
    (found.parent / "7.8.memprof").symlink_to(found)
    (found.parent / "8.9.memprof").mkdir()
    assert list(listed(path).values()) == [str(found)]


def test_a_file_is_open_as_long_as_its_process_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("")
    assert not is_open(str(path), os.getpid())
    with path.open():
        assert is_open(str(path), os.getpid())
    assert not is_open(str(path), os.getpid())
    assert not is_open(str(tmp_path / "gone"), os.getpid())
    assert not is_open(str(path), 1 << 40)
