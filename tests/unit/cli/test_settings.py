"""Settings: who is heard before whom, and what is refused."""

from pathlib import Path

import pytest

from memprof.cli import settings
from memprof.errors import ConfigError, UsageError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the pyproject.toml above the working directory, still to be written."""
    below = tmp_path / "package" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    return tmp_path / "pyproject.toml"


def test_defaults(project: Path) -> None:
    del project
    found = settings.effective({})
    assert {name: setting.value for name, setting in found.items()} == {
        "engine": "auto",
        "depth": 1,
        "interval": None,
        "cycles": False,
        "follow": True,
        "record-argv": False,
        "report": True,
        "quiet": False,
        "top": 10,
    }
    assert {setting.source for setting in found.values()} == {"default"}


def test_command_line_before_environment_before_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text("[tool.memprof]\ndepth = 3\ntop = 4\nengine = 'off'\n")
    monkeypatch.setenv("MEMPROF_DEPTH", "5")
    monkeypatch.setenv("MEMPROF_TOP", "6")
    found = settings.effective({"depth": "7", "top": None})
    assert found["depth"] == (7, "command line")
    assert found["top"] == (6, "variable MEMPROF_TOP")
    assert found["engine"] == ("off", str(project))


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("interval = 2", "interval", 2.0),
        ("interval = 0.5", "interval", 0.5),
        ("interval = '250ms'", "interval", 0.25),
        ("interval = 'adaptive'", "interval", None),
        ("cycles = true", "cycles", True),
        ("report = false", "report", False),
    ],
)
def test_values_of_a_project(project: Path, line: str, name: str, value: settings.Value) -> None:
    project.write_text(f"[tool.memprof]\n{line}\n")
    assert settings.effective({})[name].value == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.memprof]\ndept = 3\n", "unknown key 'dept'"),
        ("[tool.memprof]\ndepth = 0\n", "depth in [tool.memprof]: '0' is not"),
        ("[tool.memprof]\ndepth = true\n", "'true' is not"),
        ("[tool.memprof]\ndepth = [1]\n", "'[1]' is not"),
        ("[tool.memprof]\ncycles = 'perhaps'\n", "'perhaps' is not true or false"),
        ("tool.memprof = 1\n", "is not a table"),
        ("[tool.memprof\n", "is not valid TOML"),
        ("memprof = '\udcff'\n", "is not valid TOML"),
    ],
)
def test_what_a_project_may_not_say(project: Path, text: str, says: str) -> None:
    project.write_text(text, errors="surrogateescape")
    with pytest.raises(ConfigError) as caught:
        settings.effective({})
    assert says in str(caught.value)
    assert str(project) in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_nearest_project_counts_alone(project: Path) -> None:
    project.write_text("[tool.memprof]\ndepth = 3\n")
    (Path.cwd() / "pyproject.toml").write_text("[tool.other]\n")
    assert settings.effective({})["depth"].value == 1


def test_a_removed_working_directory_has_no_project(project: Path) -> None:
    del project
    Path.cwd().rmdir()
    assert settings.effective({})["depth"].value == 1


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("MEMPROF_DEPT", "3", "unknown variable MEMPROF_DEPT"),
        ("MEMPROF_depth", "3", "unknown variable MEMPROF_depth"),
        ("MEMPROF_DEPTH", "129", "MEMPROF_DEPTH: '129' is not"),
        ("MEMPROF_DEPTH", "", "MEMPROF_DEPTH: '' is not"),
        ("MEMPROF_INTERVAL", "0", "MEMPROF_INTERVAL: '0' is not"),
        (
            "MEMPROF_ENGINE",
            "magic",
            "one of auto, native, sample, tracemalloc, off, or sample=SIZE from 1KiB to 1TiB",
        ),
    ],
)
def test_what_the_environment_may_not_say(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, says: str
) -> None:
    del project
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigError) as caught:
        settings.effective({})
    assert says in str(caught.value)


def test_variables_that_are_no_settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del project
    monkeypatch.setenv("MEMPROF_DEBUG", "1")
    monkeypatch.setenv("MEMPROF_TARGET", "77")
    assert {setting.source for setting in settings.effective({}).values()} == {"default"}


@pytest.mark.parametrize(
    ("name", "word"),
    [("depth", "x"), ("depth", "٣"), ("depth", "-1"), ("top", "0"), ("interval", "25h")],
)
def test_what_the_command_line_may_not_say(project: Path, name: str, word: str) -> None:
    del project
    with pytest.raises(UsageError) as caught:
        settings.effective({name: word})
    assert str(caught.value).startswith(f"--{name}: {word!r} is not")


@pytest.mark.parametrize("name", settings.KINDS)
def test_a_default_written_reads_back(name: str) -> None:
    kind = settings.KINDS[name]
    assert kind.read(settings.written(name, kind.default)) == kind.default


def test_the_agent_gets_its_settings_in_the_words_of_the_treaty(project: Path) -> None:
    del project
    given: dict[str, str | bool | None] = {
        "depth": "5",
        "interval": "2",
        "cycles": True,
        "record_argv": True,
        "top": "3",
    }
    assert settings.for_agent(settings.effective(given)) == {
        "engine": "auto",
        "depth": "5",
        "interval": "2.0",
        "cycles": "1",
        "record-argv": "1",
    }


def test_a_setting_of_two_words_is_one_variable(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del project
    monkeypatch.setenv("MEMPROF_RECORD_ARGV", "1")
    found = settings.effective({})["record-argv"]
    assert found == (True, "variable MEMPROF_RECORD_ARGV")
