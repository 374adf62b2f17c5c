"""GitHub Actions: the summary of a job, and a log that commands nobody."""

from pathlib import Path

import pytest
from support.runner import commands
from support.verdicts import ROOT, leaky, told

from memprof.cli import actions


def test_only_true_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert not actions.is_here()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert actions.is_here()


def test_the_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    actions.summarise(told(leaky()), ROOT)
    assert path.read_text().startswith("before\n### memprof: FAILED\n")


def test_a_full_summary_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * (1 << 20))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    actions.summarise(told(leaky()), ROOT)
    assert path.stat().st_size == 1 << 20


def test_what_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path, tmp_path / "none" / "summary.md", "/dev/full"):
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
        actions.summarise(told(leaky()), ROOT)
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert said.startswith("memprof: the job summary ")
        assert said.endswith("the verdict stands\n")


def test_without_a_summary_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    actions.summarise(told(leaky()), ROOT)
    assert capsys.readouterr().err == ""


def test_a_log_commands_nobody_and_annotations_do() -> None:
    text = "ok\n  ::error::injected\n##[error]injected\n"
    assert commands(text) != []
    assert commands(actions.harmless(text)) == []
    assert len(commands(actions.annotations(told(leaky()), ROOT))) == 1
