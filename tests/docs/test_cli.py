"""docs/cli.md names every command, option and setting; the examples of the help run."""

import os
import re
import shlex
import sysconfig
from pathlib import Path

import click
import pytest
from support.running import CHECKOUT, run_command

from memprof.agent import settings as treaty
from memprof.cli import commands
from memprof.cli.settings import KINDS, variable_of, written
from memprof.report.page import SECTIONS

TEXT = (CHECKOUT / "docs" / "cli.md").read_text("utf-8")
CONTEXT = click.Context(commands.memprof)


def command(name: str) -> click.Command:
    """Return the command *name*."""
    return commands.memprof.get_command(CONTEXT, name)


def chapter(heading: str) -> str:
    """Return the chapter of docs/cli.md under *heading*."""
    return TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_option_has_its_row(name: str) -> None:
    rows = re.findall(r"^\| (`-[^|]+) \|", chapter(f"memprof {name}"), re.MULTILINE)
    documented = sorted(sorted(re.findall(r"`(--?[a-z-]+)", row)) for row in rows)
    options = [param for param in command(name).params if isinstance(param, click.Option)]
    spelt = [
        sorted(word.strip() for word in (*option.opts, *option.secondary_opts) if word.strip())
        for option in options
    ]
    assert documented == sorted([*spelt, ["--help", "-h"]])
    assert all(option.help and option.help.endswith((".", "].")) for option in options)


def test_the_lists_of_words_are_whole() -> None:
    assert re.findall(r"`([a-z]+)`", chapter("memprof report").partition("--section")[2])[
        : len(SECTIONS)
    ] == list(SECTIONS)
    for engine in treaty.ENGINES:
        assert f"`{engine}`" in chapter("memprof run")


def test_every_setting_has_its_row() -> None:
    cells = re.findall(
        r"^\| `([\w-]+)` \| `(\w+)` \| `([\w-]+) = .*` \| `(\w+)` \|$", TEXT, re.MULTILINE
    )
    defaults = {
        name: str(kind.default).lower()
        if isinstance(kind.default, bool)
        else written(name, kind.default)
        for name, kind in KINDS.items()
    }
    assert cells == [(name, variable_of(name), name, defaults[name]) for name in KINDS]


@pytest.mark.parametrize("line", re.findall(r"`([\w-]+ = [^`]+)`", chapter("Settings")))
def test_every_setting_of_a_project_is_accepted(line: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.memprof]\n{line}\n")
    done = run_command(["config"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert "pyproject.toml" in done.stdout


EXAMPLES = [
    line.strip()
    for name in commands.COMMANDS
    for line in (command(name).help or "").partition("Examples:")[2].splitlines()
    if line.strip()
]


def test_the_examples_of_the_help_run(tmp_path: Path) -> None:
    """They run in their order: the first captures are what the last ones show."""
    assert len(EXAMPLES) >= 8
    (tmp_path / "script.py").write_text("import sys; assert sys.argv[1:] == ['--its-option']\n")
    (tmp_path / "package").mkdir()
    # Long enough for a verdict.
    (tmp_path / "package" / "module.py").write_text(
        "import time, memprof\n"
        "def function(): return '{}'\n"
        "if __name__ == '__main__':\n"
        "    memprof.checkpoint('warm')\n"
        "    for n in range(20): memprof.checkpoint(str(n)); time.sleep(0.02)\n"
    )
    scripts = sysconfig.get_path("scripts")
    env = {"PATH": os.pathsep.join((scripts, os.environ["PATH"]))}
    for example in EXAMPLES:
        done = run_command(shlex.split(example)[1:], cwd=tmp_path, env=env)
        assert done.code == 0, (example, done.stderr)
        assert "no agent" not in done.stderr, example
        assert "error:" not in done.stderr, example
