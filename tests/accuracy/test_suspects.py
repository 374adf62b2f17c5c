"""
The line that leaks is named first where the program says when it is in the same state.

The targets here have checkpoints; `test_verdicts.py` has those that do not.
"""

from pathlib import Path

import pytest
from accuracy.twins import TARGETS, profile

WORDS = {
    "appended": "LEAK",
    "buffer": "LEAK",
    "callbacks": "LEAK",
    "sessions": "LEAK",
    "uncollected": "CYCLIC DEBT",
}
LEAKS = [TARGETS / "leaks" / f"{name}.py" for name in WORDS]
HONEST = [TARGETS / "honest" / f"{name}.py" for name in ("cached", "churn", "plateau", "window")]


def name_of(path: Path) -> str:
    """Return the target's name."""
    return path.stem


@pytest.mark.parametrize("target", LEAKS, ids=name_of)
def test_the_line_that_leaks_is_the_first_suspect(target: Path, tmp_path: Path) -> None:
    found = profile(target, tmp_path)
    assert found.document["verdict"] == WORDS[target.stem]
    first = found.document["suspects"][0]
    assert (first["rank"], first["verdict"]) == (1, WORDS[target.stem])
    assert first["file"] == str(target)
    assert first["line"] == found.line("leak")
    assert first["growth_bytes"] > 100_000
    assert first["confidence"] > 0.5


@pytest.mark.parametrize("time", [1, 2, 3])
@pytest.mark.parametrize("target", HONEST, ids=name_of)
def test_no_honest_program_is_accused(target: Path, time: int, tmp_path: Path) -> None:
    found = profile(target, tmp_path)
    assert found.document["suspects"] == [], f"run {time}"
    assert found.document["verdict"] == "CLEAN"
