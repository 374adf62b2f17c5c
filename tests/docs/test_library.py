"""The examples of docs/cli.md and docs/leaks.md for the exact judgement are true."""

import re
from pathlib import Path

from support.running import CHECKOUT, run_bare, run_command

from memprof.analysis import verdicts

CLI = (CHECKOUT / "docs" / "cli.md").read_text("utf-8")
LEAKS = (CHECKOUT / "docs" / "leaks.md").read_text("utf-8")
SHOP = """
class Session:
    def __init__(self):
        self.user = None


OPEN = []
def checkout():
    OPEN.append(Session())
"""


def test_the_example_of_the_library_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", CLI, re.DOTALL)
    (tmp_path / "example.py").write_text(f"{code}\n\ntest_handle()\n")
    done = run_bare(["example.py"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert "still alive; peak" in done.stdout


def test_the_example_of_the_command_shows_what_comes(tmp_path: Path) -> None:
    (shown,) = re.findall(r"\$ memprof repeat shop:checkout\n(.*?)```", CLI, re.DOTALL)
    (tmp_path / "shop.py").write_text(SHOP)
    done = run_command(["repeat", "shop:checkout"], cwd=tmp_path)
    assert done.code == 1
    said = done.stdout.replace(str(tmp_path), "/srv")
    # Blocks and bytes of an instance differ from release to release, and so do its lines.
    figures = re.compile(r"\+?[\d,.]+( B)?\s+")
    assert figures.sub("", said).split()[:40] == figures.sub("", shown).split()[:40]


def test_every_word_is_explained() -> None:
    chapter = LEAKS.partition("## Something repeatable, exactly\n")[2].partition("\n## ")[0]
    words = {verdicts.CLEAN, verdicts.SATURATING, verdicts.CACHE, verdicts.INCONCLUSIVE}
    words |= set(verdicts.ACCUSING) - {verdicts.CYCLIC_DEBT}
    rows = re.findall(r"^\| (`[A-Z `]+`) \|", chapter, re.MULTILINE)
    assert set(re.findall(r"`([A-Z ]+)`", " ".join(rows))) == words
