"""The README's two commands are the ones that CI and a newcomer run."""

import os
import re

from support.running import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^    (python3 -m venv .+)$", README, re.MULTILINE)


def test_there_are_two_commands() -> None:
    assert len(COMMANDS) == 2
    assert "memprof run examples/leaky_service.py" in COMMANDS[0]
    assert (CHECKOUT / "examples" / "leaky_service.py").exists()


def test_ci_runs_the_second_and_nothing_else() -> None:
    path = CHECKOUT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[-1] == COMMANDS[1]
    assert [line.split()[0] for line in lines[:-1]] == ["set", "cd", "export"]


def test_links_lead_somewhere() -> None:
    for path in [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_nobody_is_told_to_install_another_project() -> None:
    """`memprof` on the package index is not ours; ours is `pymemprof`."""
    for path in [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]:
        assert "pip install memprof" not in path.read_text("utf-8")
