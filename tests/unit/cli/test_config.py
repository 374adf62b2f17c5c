"""`memprof config`: every setting with its source."""

import json
from pathlib import Path

import pytest

from memprof.cli.commands import invoke
from memprof.cli.settings import KINDS


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where no project is."""
    monkeypatch.chdir(tmp_path)


def test_the_table_names_every_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMPROF_CYCLES", "yes")
    assert invoke(["config"]) == 0
    rows = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["setting", "value", "source"]
    blank = rows.index([])
    assert [row[0] for row in rows[1:blank]] == list(KINDS)
    assert rows[blank + 1] == ["limit", "value", "source"]
    assert rows[blank + 2] == ["max-suspects", "0", "default"]
    assert ["cycles", "true", "variable MEMPROF_CYCLES"] in rows
    assert ["interval", "adaptive", "default"] in rows


def test_the_document_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["config", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == [*KINDS, "budget"]
    assert document["budget"]["max-suspects"] == {"value": "0", "source": "default"}
    assert document["interval"] == {"value": None, "source": "default"}
    assert document["quiet"] == {"value": False, "source": "default"}


def test_limits_stand_with_their_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.memprof.budget]\nmax-rss = "1MiB"\nmax-live = "2MiB"\n')
    monkeypatch.setenv("MEMPROF_MAX_LIVE", "3MiB")
    assert invoke(["config"]) == 0
    rows = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert ["max-rss", "1MiB", str(project)] in rows
    assert ["max-live", "3MiB", "variable MEMPROF_MAX_LIVE"] in rows
