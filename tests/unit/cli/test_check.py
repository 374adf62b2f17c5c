"""`memprof check`: exit codes, formats, what goes where."""

import json
from pathlib import Path

import pytest
from support.captures import build_capture

from memprof.cli import check
from memprof.cli.commands import invoke
from memprof.errors import BaselineNotMade, ConfigError, UsageError


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own with a capture that is not whole, not in a CI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    build_capture(tmp_path / "app.memprof", snapshots=16)


@pytest.mark.parametrize(
    ("words", "status", "first"),
    [
        (["app.memprof"], 1, "FAILED  suspects "),
        (["app.memprof", "--max-rss", "1GiB"], 3, "NO VERDICT  rss peak at least "),
        (["app.memprof", "--max-rss", "1MiB"], 1, "FAILED  rss peak at least "),
        (["none.memprof"], 3, "NO VERDICT  there is no file none.memprof"),
        (["none.memprof", "app.memprof"], 1, "FAILED  app.memprof: suspects "),
    ],
)
def test_status_and_first_line(
    words: list[str], status: int, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["check", *words]) == status
    assert capsys.readouterr().out.startswith(first)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ([], UsageError),
        (["app.memprof", "--max-rss", "1Mb"], UsageError),
        (["app.memprof", "--max-rs", "1MiB"], UsageError),
        (["app.memprof", "--format", "xml"], UsageError),
        (["app.memprof", "-o", "none/x"], UsageError),
        (["app.memprof", "--update-baseline"], BaselineNotMade),
        (["none.memprof", "--update-baseline"], BaselineNotMade),
        (["app.memprof", "--max-suspects", "-1"], UsageError),
    ],
)
def test_what_is_refused(words: list[str], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        invoke(["check", *words])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--history", "h.sqlite"], "--history says nothing without --against history"),
        (["--branch", "main"], "--branch says nothing without --against history"),
        (["--tolerance", "count:1%"], "--tolerance says nothing without a baseline"),
    ],
)
def test_what_nobody_would_hear_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        invoke(["check", "app.memprof", *words])


def test_a_typo_in_the_budget_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.memprof.budget]\nmax-rs = "1MiB"\n')
    with pytest.raises(ConfigError) as raised:
        invoke(["check", "app.memprof"])
    assert "Did you mean max-rss?" in raised.value.hint


@pytest.mark.parametrize("form", check.FORMATS)
def test_a_format_goes_to_stdout_or_beside_the_text(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["check", "app.memprof", "--format", form]) == 1
    alone = capsys.readouterr().out
    assert invoke(["check", "app.memprof", "--format", form, "-o", "out"]) == 1
    said = capsys.readouterr()
    assert (tmp_path / "out").read_text() == alone
    assert said.out.startswith("FAILED  ")
    assert said.err == f"memprof: {form} in out\n"


def test_the_status_is_in_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    invoke(["check", "app.memprof", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1
