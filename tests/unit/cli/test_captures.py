"""Captures and their moments, as the user names them."""

from pathlib import Path

import pytest
from support.captures import build_capture

from memprof.cli.captures import sides, split
from memprof.errors import CaptureNotFound, NoSuchCheckpoint, NotRecorded


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where a capture is."""
    monkeypatch.chdir(tmp_path)
    build_capture(tmp_path / "app.memprof")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("app.memprof", ("app.memprof", None)),
        ("app.memprof@warm", ("app.memprof", "warm")),
        ("app.memprof@me@home", ("app.memprof", "me@home")),
        ("app.memprof@", ("app.memprof", "")),
        ("a@b.memprof", ("a@b.memprof", None)),
        ("a@b.memprof@end", ("a@b.memprof", "end")),
        ("gone.memprof@end", ("gone.memprof", "end")),
        ("user@host/gone.memprof", ("user@host/gone.memprof", None)),
        ("@end", ("@end", None)),
    ],
)
def test_what_is_a_file_is_a_path(word: str, parts: tuple[str, str | None]) -> None:
    build_capture("a@b.memprof")
    assert split(word) == parts


def test_a_capture_named_twice_is_read_once() -> None:
    checkpoint = sides("app.memprof", "app.memprof", None)[0].facts.snapshots
    assert checkpoint
    old, new = sides("app.memprof@peak", "./app.memprof", None)
    assert old.facts is new.facts
    assert (old.moment.word, new.moment.word) == ("peak", "end")


def test_at_is_for_those_without_a_moment() -> None:
    old, new = sides("app.memprof@end", "app.memprof", "peak")
    assert (old.moment.word, new.moment.word) == ("end", "peak")


def test_a_checkpoint_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(NoSuchCheckpoint, match=r"app\.memprof has no checkpoint 'x': it has ") as e:
        sides("app.memprof@x", "app.memprof", None)
    assert e.value.exit_code == 2
    with pytest.raises(NoSuchCheckpoint, match="no checkpoint ''"):
        sides("app.memprof", "app.memprof@", None)


def test_there_is_no_peak_without_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memprof.analysis.moments.traced_snapshots", lambda _facts: [])
    with pytest.raises(NotRecorded, match="has no peak"):
        sides("app.memprof@peak", "app.memprof", None)


def test_no_file_at_all() -> None:
    with pytest.raises(CaptureNotFound, match=r"no file gone\.memprof$"):
        sides("gone.memprof@end", "app.memprof", None)
