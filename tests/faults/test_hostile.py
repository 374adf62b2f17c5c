"""No code of the program's is ever run: objects that count every look at them count the same."""

from pathlib import Path

import pytest
from support.running import CHECKOUT, run_both

HOSTILE = CHECKOUT / "tests" / "targets" / "manners" / "hostile.py"


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--engine", "off"],
        ["--depth", "8", "--interval", "10ms"],
        ["--cycles", "--interval", "10ms"],
    ],
    ids=" ".join,
)
def test_objects_that_count_every_look_at_them(options: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    pair = run_both([HOSTILE], cwd=folder, options=options)
    pair.assert_same()
    assert pair.bare.stdout.startswith("done\ncounts\n")
    facts = pair.profiled.facts
    assert facts.run.complete
    assert facts.run.agent_errors == ()
    assert len(facts.snapshots) > 2
    names = {one.qualname for one in facts.objects.types}
    assert {"Hostileobject", "Hostiledict"} <= names
