"""`memprof history`: add, show, prune, and `check --against history`."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.captures import build_capture, capture_bytes, capture_rows, example_facts

from memprof.cli.commands import invoke
from memprof.errors import HistoryNotAdded, HistoryUnreadable, UsageError


def capture(path: Path, number: int, snapshots: int = 16) -> str:
    """Write a whole capture of run *number* to *path* and return its name."""
    facts = example_facts(str(path), snapshots)
    run = replace(facts.run, lost_records=0, agent_errors=(), pid=number)
    path.write_bytes(capture_bytes(capture_rows(replace(facts, run=run))))
    return path.name


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, on a branch."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_HEAD_REF", raising=False)
    monkeypatch.setenv("GITHUB_REF_NAME", "main")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the first line that was written."""
    out = capsys.readouterr()
    return (out.out or out.err).splitlines()[0]


def test_runs_are_added_shown_and_pruned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [capture(tmp_path / f"{n}.memprof", n) for n in range(3)]
    assert invoke(["history", "add", *names]) == 0
    assert said(capsys) == "memprof: 3 runs added to memprof-history.sqlite for branch main"
    invoke(["history", "add", names[0]])
    assert said(capsys).endswith(
        "0 runs added to memprof-history.sqlite for branch main, 1 there already"
    )
    assert invoke(["history", "show"]) == 0
    assert said(capsys).endswith(": 3 runs")
    assert invoke(["history", "prune", "--keep", "1"]) == 0
    assert said(capsys) == "memprof: 2 runs deleted from memprof-history.sqlite"


def test_too_few_runs_are_no_verdict_and_enough_are_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = capture(tmp_path / "now.memprof", 99)
    against = ["check", now, "--against", "history"]
    assert invoke(against) == 3
    assert "0 earlier runs of this program on this branch" in said(capsys)
    for number in range(5):
        invoke(["history", "add", capture(tmp_path / "a.memprof", number)])
    capsys.readouterr()
    assert invoke(against) == 0
    assert said(capsys).startswith("PASSED  rss peak 46.0 MiB, limit 48.3 MiB; ")
    assert invoke([*against, "--branch", "topic"]) == 3
    more = capture(tmp_path / "more.memprof", 100, 40)
    assert invoke(["check", more, "--against", "history"]) == 1
    assert "FAILED  rss peak 70.0 MiB, limit 48.3 MiB" in capsys.readouterr().out


def test_a_run_is_not_judged_against_itself(tmp_path: Path) -> None:
    names = [capture(tmp_path / f"{n}.memprof", n) for n in range(5)]
    invoke(["history", "add", *names])
    assert invoke(["check", names[0], "--against", "history"]) == 3


def test_half_a_run_is_refused_and_nothing_added(tmp_path: Path) -> None:
    whole = capture(tmp_path / "whole.memprof", 1)
    build_capture(tmp_path / "lost.memprof")
    for bad in ("lost.memprof", "none.memprof"):
        with pytest.raises(HistoryNotAdded, match="nothing was added"):
            invoke(["history", "add", whole, bad])
    assert not (tmp_path / "memprof-history.sqlite").exists()


def test_what_is_refused() -> None:
    with pytest.raises(UsageError, match="no capture to add"):
        invoke(["history", "add"])
    with pytest.raises(HistoryUnreadable):
        invoke(["history", "show", "--history", "none.sqlite"])
    with pytest.raises(UsageError):
        invoke(["history", "forget"])
