"""Limits: command line before environment before pyproject.toml, typos refused."""

from pathlib import Path

import pytest

from memprof.cli import limits
from memprof.errors import ConfigError, UsageError
from memprof.gate import budget


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def write(project: Path, *lines: str) -> None:
    """Write a budget of *lines*."""
    project.write_text("\n".join(["[tool.memprof.budget]", *lines]))


def test_without_any_word_there_is_the_default() -> None:
    found = limits.asked({})
    assert found.limits == (budget.DEFAULT,)
    assert found.baseline is None
    assert found.tolerances == budget.TOLERANCES


def test_the_nearer_word_goes_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, 'max-rss = "1MiB"', "max-suspects = 3", "max-live = 4096")
    monkeypatch.setenv("MEMPROF_MAX_RSS", "2MiB")
    monkeypatch.setenv("MEMPROF_MAX_SUSPECTS", "2")
    found = limits.asked({"max-rss": "3MiB"})
    assert [(one.name, one.text, one.source) for one in found.limits] == [
        ("max-rss", "3MiB", "command line"),
        ("max-live", "4096", str(project)),
        ("max-suspects", "2", "variable MEMPROF_MAX_SUSPECTS"),
    ]


def test_a_flag_can_be_taken_back(project: Path) -> None:
    write(project, "no-uncollectable = true", 'max-rss = "1MiB"')
    assert [one.name for one in limits.asked({}).limits] == ["max-rss", "no-uncollectable"]
    assert [one.name for one in limits.asked({"no-uncollectable": False}).limits] == ["max-rss"]


def test_a_baseline_of_the_project_lies_beside_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, 'baseline = "memprof-baseline.json"')
    (project.parent / "src").mkdir()
    monkeypatch.chdir(project.parent / "src")
    found = limits.asked({})
    assert found.baseline == str(project.parent / "memprof-baseline.json")
    assert found.limits == ()
    assert limits.asked({"baseline": "other.json"}).baseline == "other.json"


def test_tolerances_by_stat(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, 'tolerance = ["count:1%", "bytes:2%"]')
    assert [one.share for one in limits.asked({}).tolerances.values()] == [0.01, 0.02]
    monkeypatch.setenv("MEMPROF_TOLERANCE", "count:9,bytes:1KiB")
    assert [one.absolute for one in limits.asked({}).tolerances.values()] == [9, 1024]
    found = limits.asked({"tolerance": ("count:3%",), "baseline": "b.json"}).tolerances
    assert [one.text for one in found.values()] == ["count:3%", "bytes:25%"]


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ('max-rs = "1MiB"', "unknown key 'max-rs' in [tool.memprof.budget]", "max-rss?"),
        ('max_rss = "1MiB"', "unknown key 'max_rss'", "max-rss?"),
        ('max-rss = "1Mb"', "max-rss in [tool.memprof.budget]: '1Mb' is not a size", "300MiB"),
        ("max-rss = []", "max-rss in [tool.memprof.budget] is neither", ""),
        ("max-suspects = -1", "'-1' is not a whole number from 0 up", "Write it as 0."),
        ('tolerance = "bytes"', "'bytes' is not a figure and what it may grow by", "count:5%"),
        ('tolerance = "byte:5%"', "there is no 'byte' to limit", "bytes?"),
    ],
)
def test_a_typo_in_the_project_is_said_with_the_nearest(
    project: Path, line: str, said: str, hint: str
) -> None:
    write(project, line)
    with pytest.raises(ConfigError) as raised:
        limits.asked({})
    assert str(raised.value).startswith(str(project))
    assert said in str(raised.value)
    assert hint in raised.value.hint
    assert raised.value.exit_code == 2


def test_a_budget_that_is_no_table(project: Path) -> None:
    project.write_text('[tool.memprof]\nbudget = "tight"\n')
    with pytest.raises(ConfigError, match="budget is not a table"):
        limits.asked({})


def test_bad_words_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="--max-rss: 'x' is not a size"):
        limits.asked({"max-rss": "x"})
    with pytest.raises(UsageError, match="--tolerance: 'x' is not a figure"):
        limits.asked({"tolerance": ("x",)})
    monkeypatch.setenv("MEMPROF_MAX_GROWTH", "5MiB")
    with pytest.raises(ConfigError, match="variable MEMPROF_MAX_GROWTH: '5MiB' is not a growth"):
        limits.asked({})


def test_rows_say_what_is_in_force_and_where(project: Path) -> None:
    write(project, 'max-rss = "1MiB"', 'baseline = "b.json"')
    assert limits.rows(limits.asked({})) == [
        ("max-rss", "1MiB", str(project)),
        ("baseline", str(project.parent / "b.json"), str(project)),
        ("tolerance", "count:25%, bytes:25%", "default"),
    ]
