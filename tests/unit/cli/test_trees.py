"""Trees: one report for all processes, and one for each."""

import json
from pathlib import Path

import pytest
from support.trees import child, leaky, steady, unfollowed, write

from memprof.cli.commands import invoke
from memprof.cli.trees import facts_at, facts_of
from memprof.errors import NoSuchProcess


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of a capture of a quiet root, two workers that leak, and one unfollowed."""
    monkeypatch.chdir(tmp_path)
    workers = [child(50, leaky()), child(51, leaky())]
    write(tmp_path / "app.memprof", steady(), *workers, unfollowed(60))
    return "app.memprof"


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was written to stdout, its lines as one."""
    return " ".join(capsys.readouterr().out.split())


def test_the_report_is_of_all_processes(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["report", capture]) == 0
    text = shown(capsys)
    assert "4 processes: the root, 2 fork, 1 subprocess" in text
    assert (
        "Verdict: LEAK, memory is kept that is never given back; 1 suspect in 2 processes" in text
    )
    assert "in 2 of 2 fork processes: 50 +" in text


def test_one_process_is_shown_alone(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["report", capture, "--process", "51"]) == 0
    out, err = capsys.readouterr()
    assert "PROCESSES" not in out
    assert "1 suspect." in out
    assert err == "memprof: process 51 alone, fork of 41\n"
    assert invoke(["report", capture, "--process", "41", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["suspects"] == []
    assert err == ""


def test_a_number_that_came_again_is_the_latest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "a")
    write(Path(path), steady(), child(50, steady(), began_s=9), child(50, leaky(), began_s=3))
    assert invoke(["suspects", path, "--process", "50"]) == 0
    out, err = capsys.readouterr()
    assert "Verdict: CLEAN" in out
    assert "process 50 is the latest of 2 with that number" in err


def test_a_number_nobody_has_is_an_error_that_names_those_there_are(capture: str) -> None:
    with pytest.raises(NoSuchProcess, match="knows no process 7: it has 41, 50, 51, 60") as caught:
        invoke(["report", capture, "--process", "7"])
    assert caught.value.exit_code == 2


def test_many_numbers_are_not_all_named(tmp_path: Path) -> None:
    write(tmp_path / "a", steady(), *(child(100 + n, brief=True) for n in range(20)))
    with pytest.raises(NoSuchProcess, match=r"it has 41, 100, .*, 108 and 11 more$"):
        facts_of(str(tmp_path / "a"), 7)


def test_of_one_that_was_not_followed_there_is_nothing_to_show(capture: str) -> None:
    with pytest.raises(NoSuchProcess, match=r"nothing to show of process 60: its Python is 2\.7"):
        facts_of(capture, 60)


def test_a_process_that_is_gone_is_said(capture: str) -> None:
    with pytest.raises(NoSuchProcess, match="no process 50 any more"):
        facts_at(capture, (50, 1))


def test_the_root_is_what_there_is_without_a_number(capture: str) -> None:
    assert facts_of(capture, None).run.pid == 41


def test_a_suspect_of_children_is_explained(
    capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["suspects", capture, "--explain", "1"]) == 0
    text = shown(capsys)
    assert text.startswith("Suspect #1 of 1: LEAK")
    assert "Found in 2 of 2 fork processes: 50 +" in text
    assert "Shown is that of process 50." in text
    assert invoke(["suspects", capture, "--explain", "1", "--process", "51", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "processes" not in told["suspect"]


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github", "gitlab", "markdown"])
def test_the_gate_names_the_process_in_every_format(
    capture: str, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    words = ["check", capture, "--max-growth", "1KiB/min", "--max-suspects", "0", "--format", form]
    assert invoke(words) == 1
    text = shown(capsys)
    assert "process 50" in text or '"process": 50' in text
    assert "2 of 2 fork processes" in text or '"processes_alike": 2' in text


def test_a_run_of_one_process_says_what_it_always_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a", leaky())
    assert invoke(["check", str(tmp_path / "a"), "--format", "json"]) == 1
    told = capsys.readouterr().out
    assert invoke(["report", str(tmp_path / "a"), "--json"]) == 0
    told += capsys.readouterr().out
    assert '"processes' not in told
    assert '"process": ' not in told.replace('"process": {', "")
