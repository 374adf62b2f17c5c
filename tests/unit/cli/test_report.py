"""`memprof report`: a capture as a page or as JSON."""

import io
import json
import sys
from pathlib import Path

import pytest
from support.captures import build_capture

from memprof.cli import report
from memprof.cli.commands import invoke
from memprof.errors import CaptureNotFound, NotACapture


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of a small capture."""
    monkeypatch.chdir(tmp_path)
    build_capture(tmp_path / "app.memprof")
    return "app.memprof"


def test_the_page_goes_to_stdout(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["report", capture]) == 0
    out, err = capsys.readouterr()
    assert "ALLOCATION SITES" in out
    assert "POOLS" in out
    assert err == ""


def test_sections_and_rows_can_be_chosen(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["report", capture, "--section", "types", "--section", "pools", "--top", "1"]
    assert invoke(words) == 0
    out = capsys.readouterr().out
    assert "ALLOCATION SITES" not in out
    assert "TYPES" in out
    assert "POOLS" in out
    assert "… and" in out


def test_the_document_is_json(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["report", capture, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "memprof-report/1"


def test_what_is_no_capture_is_refused(capture: str) -> None:
    Path("other").write_text("other\n")
    with pytest.raises(NotACapture):
        invoke(["report", "other"])
    with pytest.raises(CaptureNotFound):
        invoke(["report", f"{capture}.gone"])


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True


@pytest.mark.parametrize(
    ("stream", "large_bytes", "shown"),
    [(Terminal(), 0, True), (Terminal(), 20_000_000, False), (io.StringIO(), 0, False)],
)
def test_progress_shows_on_a_terminal_for_a_large_capture(
    capture: str,
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO,
    large_bytes: int,
    shown: bool,  # noqa: FBT001  (a column of the table above)
) -> None:
    monkeypatch.setattr(report, "_LARGE_BYTES", large_bytes)
    monkeypatch.setattr(sys, "stderr", stream)
    assert invoke(["report", capture]) == 0
    assert ("reading" in stream.getvalue()) is shown
