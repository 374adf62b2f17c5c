"""Where paths begin: the checkout for outputs, the project for a baseline."""

from pathlib import Path

import pytest

from memprof.analysis.places import Root
from memprof.cli import roots


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the CI says of itself."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project within a checkout."""
    (tmp_path / ".git").mkdir()
    project = tmp_path / "shop"
    (project / "src").mkdir(parents=True)
    (project / "pyproject.toml").touch()
    monkeypatch.chdir(project / "src")
    return project


def test_outputs_begin_at_the_checkout(shop: Path) -> None:
    assert roots.of_outputs() == Root(str(shop.parent), str(shop / "src"))


def test_the_ci_knows_best(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(shop))
    assert roots.of_outputs().folder == str(shop)
    monkeypatch.setenv("GITHUB_WORKSPACE", "relative")
    monkeypatch.setenv("CI_PROJECT_DIR", "/builds/shop")
    assert roots.of_outputs().folder == "/builds/shop"


def test_a_baseline_belongs_to_its_project(shop: Path) -> None:
    for path in ("../memprof-baseline.json", str(shop / "ci" / "baseline.json"), None):
        assert roots.of_baseline(path).folder == str(shop)


def test_else_to_its_checkout_or_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert roots.of_baseline("b.json").folder == str(tmp_path)
    assert roots.of_outputs().folder == str(tmp_path)
    (tmp_path / ".git").touch()
    assert roots.of_baseline("ci/b.json").folder == str(tmp_path)


def test_a_working_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("os.getcwd", gone)
    assert roots.of_outputs().cwd == "/"
