"""Writing to the user: remarks never fail, answers say when they do."""

import io
import sys

import pytest

from memprof.cli import terminal
from memprof.errors import UsageError


class Full(io.StringIO):
    """A stream whose device is full."""

    def flush(self) -> None:
        """Fail as a full device does."""
        raise OSError(28, "No space left on device")


class Left(io.StringIO):
    """A stream whose reader left."""

    def flush(self) -> None:
        """Fail as a closed pipe does."""
        raise BrokenPipeError(32, "Broken pipe")


def test_a_remark_is_one_line_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say_error("no \x1b[2J file\n", "Look \u202e here.")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "memprof: no \\x1b[2J file\\x0a\n  Look \\u202e here.\n"


@pytest.mark.parametrize("stream", [None, Full(), Left()])
def test_a_remark_nobody_hears_is_no_error(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    terminal.say("text")
    assert sys.stderr is None


def test_an_answer_that_does_not_arrive_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(UsageError, match="No space left on device"):
        terminal.show("text")


def test_an_answer_whose_reader_left_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Left())
    with pytest.raises(BrokenPipeError):
        terminal.show("text")


def test_no_stdout_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    terminal.show("text")


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    terminal.show("1 µs\n")
    assert raw.getvalue() == b"1 \\xb5s\n"


def test_a_bug_is_one_line_and_a_traceback_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.say_bug(ValueError("odd"))
    assert capsys.readouterr().err.splitlines() == [
        "memprof: internal error: ValueError: odd",
        "  This is a fault of memprof; MEMPROF_DEBUG=1 shows where it happened.",
    ]
    monkeypatch.setenv("MEMPROF_DEBUG", "1")
    terminal.say_bug(ValueError("odd"))
    assert capsys.readouterr().err.startswith("ValueError: odd\nmemprof: internal error")
