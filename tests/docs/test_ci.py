"""The files of CI systems: they parse, say what memprof knows, and docs/ci.md shows them whole."""

import configparser
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml
from support.running import CHECKOUT

FILES = CHECKOUT / "examples" / "ci"
DOCS = (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8")
HONEST = "import time\nfor number in range(100): time.sleep(0.02)\n"
LEAKY = """\
import time

kept = []
for number in range(1000):
    kept.append([str(number)] * 200)
    time.sleep(0.002)
"""


def _environ() -> dict[str, str]:
    """Return an environment in which `memprof` is the one that is tested."""
    scripts = sysconfig.get_path("scripts")
    return {"PATH": os.pathsep.join((scripts, os.environ["PATH"])), "HOME": os.environ["HOME"]}


def _commands(name: str) -> list[str]:
    """Return the memprof commands of the file called *name*."""
    text = (FILES / name).read_text(encoding="utf-8")
    if name == "github.yml":
        steps = yaml.safe_load(text)["jobs"]["leaks"]["steps"]
        lines = [step.get("run", "") for step in steps]
    elif name == "gitlab.yml":
        lines = yaml.safe_load(text)["leaks"]["script"]
    elif name == "pre-commit.yaml":
        (repository,) = yaml.safe_load(text)["repos"]
        lines = [hook["entry"] for hook in repository["hooks"]]
    elif name == "tox.ini":
        parser = configparser.ConfigParser()
        parser.read_string(text)
        folder = parser["testenv:leaks"]["commands"].replace("{env_tmp_dir}/", "")
        lines = folder.splitlines()
    else:
        lines = text.replace("$(PROGRAM)", "app.py").splitlines()
    return [line.strip() for line in lines if line.strip().startswith("memprof ")]


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_the_page_shows_each_file_whole(name: str) -> None:
    assert (FILES / name).read_text(encoding="utf-8").rstrip() in DOCS


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml", "pre-commit.yaml", "tox.ini"])
def test_the_commands_of_each_run_and_an_honest_program_passes(name: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        f"def handle(): return '{{}}'\nif __name__ == '__main__':\n    exec({HONEST!r})\n"
    )
    commands = _commands(name)
    assert commands
    for command in commands:
        words = command.removesuffix(" || true").split()
        done = subprocess.run(
            words, cwd=tmp_path, env=_environ(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)


@pytest.mark.parametrize(("program", "passes"), [(HONEST, True), (LEAKY, False)])
def test_make_is_green_and_red(program: str, passes: bool, tmp_path: Path) -> None:  # noqa: FBT001
    shutil.copy(FILES / "Makefile", tmp_path)
    (tmp_path / "app.py").write_text(program)
    done = subprocess.run(
        [shutil.which("make") or "make", "leaks"],
        cwd=tmp_path,
        env=_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    word = "PASSED" if passes else "FAILED"
    assert (done.returncode == 0, word in done.stdout) == (passes, True), done.stdout + done.stderr
