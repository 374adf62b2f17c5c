"""Branch and commit: the CI's word, else git's."""

import subprocess
from pathlib import Path

import pytest

from memprof.cli import branch

CI = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "GITHUB_SHA", "CI_COMMIT_SHA")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in no CI and no repository."""
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


def test_the_ci_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REF_NAME", "7/merge")
    assert branch.name() == "7/merge"
    monkeypatch.setenv("GITHUB_HEAD_REF", "topic")
    assert branch.name() == "topic"
    monkeypatch.setenv("CI_COMMIT_SHA", "abc")
    assert branch.commit() == "abc"


def test_else_git_does(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "work", tmp_path], check=True)  # noqa: S607
    assert branch.name() == "work"
    assert branch.commit() == ""


def test_else_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert branch.name() == ""
    monkeypatch.setenv("PATH", "")
    assert branch.name() == branch.commit() == ""
