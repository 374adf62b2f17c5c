"""`main`: where every error ends, in a line and a status."""

import os
import sys
from typing import NoReturn

import pytest

import memprof.cli
from memprof.cli import commands, main
from memprof.errors import CaptureNotFound


class Ended(Exception):
    """Stands in for the end of the process."""


@pytest.fixture(autouse=True)
def _no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise Ended where the process would end, and let the collector be."""

    def end(status: int) -> NoReturn:
        raise Ended(status)

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(memprof.cli, "gc", type("NoCollector", (), {"disable": lambda: None}))


def status_of(monkeypatch: pytest.MonkeyPatch, outcome: BaseException | int) -> int:
    """Return the status of `memprof` when the command line has *outcome*."""

    def invoke(words: list[str]) -> int:
        assert words == ["word"]
        if isinstance(outcome, int):
            return outcome
        raise outcome

    monkeypatch.setattr(commands, "invoke", invoke)
    monkeypatch.setattr(sys, "argv", ["memprof", "word"])
    with pytest.raises(Ended) as caught:
        main()
    status = caught.value.args[0]
    assert isinstance(status, int)
    return status


@pytest.mark.parametrize("status", [0, 3])
def test_a_status_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    assert status_of(monkeypatch, status) == status
    assert capsys.readouterr() == ("", "")


def test_an_error_is_a_line_a_hint_and_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(monkeypatch, CaptureNotFound("there is no file x")) == 3
    assert capsys.readouterr().err == f"memprof: there is no file x\n  {CaptureNotFound.hint}\n"


@pytest.mark.parametrize(
    ("outcome", "status"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141)]
)
def test_who_interrupts_or_leaves_hears_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: BaseException,
    status: int,
) -> None:
    assert status_of(monkeypatch, outcome) == status
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_ours_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(monkeypatch, ZeroDivisionError("odd")) == 125
    err = capsys.readouterr().err
    assert "internal error: ZeroDivisionError: odd" in err
    assert "Traceback" not in err
