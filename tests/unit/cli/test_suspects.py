"""`memprof suspects`: the table, and what it cannot explain."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.captures import build_capture
from support.suspected import suspect, table

from memprof.analysis.findings import Findings
from memprof.analysis.suppression import Rules
from memprof.analysis.suppressions import apply
from memprof.cli import trees
from memprof.cli.commands import invoke
from memprof.errors import ConfigError, NoSuchSuspect

ROW = suspect("app.POOL[*]", series=(0, 9), judged_on="garbage")


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of a small capture."""
    monkeypatch.chdir(tmp_path)
    build_capture(tmp_path / "app.memprof")
    return "app.memprof"


@pytest.fixture
def _leaking(monkeypatch: pytest.MonkeyPatch) -> None:
    found = trees.findings_of

    def leaking(capture: str, rules: Rules, *rest: Any) -> Findings:  # noqa: ANN401
        return replace(found(capture, rules, *rest), suspects=apply(table(ROW), rules))

    monkeypatch.setattr(trees, "findings_of", leaking)


def test_the_verdict_is_first(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["suspects", capture]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Verdict: ")
    assert "LEAK SUSPECTS" in out
    assert "PROCESS" not in out


def test_nothing_can_be_explained_without_a_suspect(capture: str) -> None:
    with pytest.raises(NoSuchSuspect, match="no suspect to explain: the verdict is") as caught:
        invoke(["suspects", capture, "--explain", "1"])
    assert caught.value.exit_code == 2


@pytest.mark.usefixtures("_leaking")
@pytest.mark.parametrize("rank", ["0", "2", "-1"])
def test_the_number_must_be_there(capture: str, rank: str) -> None:
    with pytest.raises(NoSuchSuspect, match="there are 1, from 1"):
        invoke(["suspects", capture, "--explain", rank])


@pytest.mark.usefixtures("_leaking")
def test_one_whole(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["suspects", capture, "--explain", "1"]) == 0
    assert "WHAT TO TRY" in capsys.readouterr().out
    assert invoke(["suspects", capture, "--explain", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "memprof-explain/1"
    assert invoke(["suspects", capture]) == 0
    assert "--explain N" in capsys.readouterr().out


@pytest.mark.usefixtures("_leaking")
def test_a_known_suspect_is_left_out(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("known.toml").write_text(
        f'[[suppress]]\nfingerprint = "{ROW.fingerprint}"\nreason = "a pool"\n'
    )
    assert invoke(["suspects", capture, "--suppressions", "known.toml"]) == 0
    assert f"1 suspect suppressed: fingerprint {ROW.fingerprint}: a pool" in capsys.readouterr().out
    assert invoke(["suspects", capture, "--suppressions", "known.toml", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["suspects"], len(found["suppressions"]["used"])) == ([], 1)
    Path("known.toml").write_text("[[suppress]]\n")
    with pytest.raises(ConfigError):
        invoke(["suspects", capture, "--suppressions", "known.toml"])
