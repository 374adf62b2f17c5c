"""The commands: found, listed, refused."""

import re

import pytest

from memprof import __version__
from memprof.cli.commands import COMMANDS, invoke
from memprof.errors import UsageError


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: memprof ")
    listed = re.findall(r"^  (\w+) ", out.partition("Commands:")[2], re.MULTILINE)
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert invoke([name, "-h"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: memprof {name} ")
    assert f"    memprof {name}" in out
    assert max(map(len, out.splitlines())) <= 100


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--version"]) == 0
    assert capsys.readouterr().out == f"memprof {__version__}\n"


@pytest.mark.parametrize(
    ("words", "says", "hint"),
    [
        ([], "missing command", "See 'memprof --help'."),
        (["script.py"], "no such command: 'script.py'", "memprof run script.py"),
        (["--loud"], "no such option", "See 'memprof --help'."),
        (["report"], "missing argument 'CAPTURE'", "See 'memprof report --help'."),
        (["report", "x", "--section", "y"], "'y' is not one of", "See 'memprof report --help'."),
        (["run", "--dept", "3", "x"], "no such option", "See 'memprof run --help'."),
        (["run"], "no program to run", "memprof run script.py"),
        (["run", "-m", "-c", "pass"], "-m and -c exclude each other", "memprof run --help"),
        (["run", "-o"], "requires an argument", "See 'memprof run --help'."),
        (["history"], "missing command", "See 'memprof history --help'."),
        (["history", "forget"], "no such command", "See 'memprof history --help'."),
        (["history", "prune", "--keep", "0"], "0 is not in", "See 'memprof history prune --help'."),
    ],
)
def test_usage_errors_name_the_way_out(words: list[str], says: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        invoke(words)
    assert says in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
