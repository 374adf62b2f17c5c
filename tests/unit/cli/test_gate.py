"""Judging captures, and telling the verdict."""

from pathlib import Path

import pytest
from support.captures import build_capture
from support.verdicts import honest, leaky, measure

from memprof.analysis.findings import Findings
from memprof.cli import gate
from memprof.cli.limits import asked
from memprof.errors import BaselineNotFound, CaptureNotFound, MemprofError


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, not in a CI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def test_the_baseline_is_read_before_anything_runs() -> None:
    with pytest.raises(BaselineNotFound):
        gate.measure(asked({"baseline": "none.json"}))
    assert gate.measure(asked({})).baseline is None


def test_captures_that_cannot_be_read_have_their_reason(tmp_path: Path) -> None:
    build_capture(tmp_path / "a.memprof")
    (tmp_path / "b.memprof").write_text("no capture")
    (_, one), (_, other), (_, gone) = gate.findings_of(["a.memprof", "b.memprof", "c.memprof"], [])
    assert isinstance(one, Findings)
    assert isinstance(other, MemprofError)
    assert isinstance(gone, CaptureNotFound)


def test_one_verdict_on_all() -> None:
    found = gate.judged([("a", honest()), ("b", CaptureNotFound("gone"))], measure())
    assert found.word == "NO VERDICT"
    assert found.judgements[1].trouble.startswith("gone. ")
    assert gate.judged([("a", leaky())], measure()).word == "FAILED"


def test_actions_get_annotations_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, said = gate.judged([("a", leaky())], measure()), list[str]()
    gate.tell(found, said.append)
    assert "::error" not in said[0]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    gate.tell(found, said.append)
    assert said[1].startswith(said[0])
    assert "\n::error " in said[1]
    assert (tmp_path / "summary.md").exists()


def test_the_status_at_the_end_of_a_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gate.status_of("none.memprof", [], (measure(), None), quiet=True) == 3
    assert capsys.readouterr().err == ""
    assert gate.status_of("none.memprof", [], (measure(), None), quiet=False) == 3
    assert capsys.readouterr().err.startswith("NO VERDICT  ")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(gate, "judged", broken)
    assert gate.status_of("none.memprof", [], (measure(), None), quiet=True) == 125
    assert "internal error: ZeroDivisionError" in capsys.readouterr().err
