"""
Programs that misbehave: each keeps 20 MB, says so, then does its worst.

Bare and profiled they end alike and say the same, and the capture can be
read; where the program had the time, or an end that can be seen coming, the
20 MB are in its last snapshot.
"""

from pathlib import Path
from textwrap import dedent

import pytest
from support.faults.endings import CUT, ENDINGS, HEAD, HELD_BYTES, SEEN, SUDDEN
from support.running import Pair, run_both


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def run(body: str, cwd: Path) -> Pair:
    """Run the program of *body* both ways, and assert that it ends alike."""
    (cwd / "script.py").write_text(HEAD + dedent(body.removeprefix("\n")) + "\n")
    pair = run_both(["script.py"], cwd=cwd, stdin="input\n")
    pair.assert_same()
    ending = pair.profiled.facts.run.ending
    code = ending.code if ending.signal is None else -ending.signal
    assert code == pair.bare.code
    assert pair.bare.stdout.startswith("holding 20000\n")
    return pair


@pytest.mark.parametrize("body", SUDDEN.values(), ids=SUDDEN)
def test_a_sudden_end(body: str, cwd: Path) -> None:
    run(body, cwd)


@pytest.mark.parametrize("body", SEEN.values(), ids=SEEN)
def test_a_sudden_end_after_a_while(body: str, cwd: Path) -> None:
    facts = run(body, cwd).profiled.facts
    live_bytes = facts.snapshots[-1].live_bytes
    assert live_bytes is not None
    assert live_bytes >= HELD_BYTES


@pytest.mark.parametrize("body", ENDINGS.values(), ids=ENDINGS)
def test_an_end_that_can_be_seen_coming(body: str, cwd: Path) -> None:
    facts = run(body, cwd).profiled.facts
    live_bytes = facts.snapshots[-1].live_bytes
    assert live_bytes is not None
    assert live_bytes >= HELD_BYTES
    assert facts.run.complete
    assert facts.run.agent_errors == ()


@pytest.mark.parametrize("body", CUT.values(), ids=CUT)
def test_a_capture_that_cannot_grow(body: str, cwd: Path) -> None:
    assert not run(body, cwd).profiled.facts.run.complete
