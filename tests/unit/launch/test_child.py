"""A child of memprof's own: what it leaves is read, however it ends."""

from pathlib import Path

import pytest

from memprof.launch.child import ask
from memprof.launch.process import Ended

CHILD = """
import json, os, sys
asked = json.loads(sys.argv[1])
os.write(asked["descriptor"], asked["say"].encode())
os._exit(3) if asked.get("signal") is None else os.kill(os.getpid(), asked["signal"])
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the child's module is."""
    (tmp_path / "answering_child.py").write_text(CHILD)
    monkeypatch.chdir(tmp_path)
    # As if started by a plain `memprof`: pytest's own options are not for the child.
    monkeypatch.setattr("sys.orig_argv", ["python", "-X", "utf8", "-I", "memprof"])


def test_the_answer_and_the_end() -> None:
    said, ended = ask("answering_child", {"say": '{"status": 0}'})
    assert said == {"status": 0}
    assert ended == Ended(3, None)


@pytest.mark.parametrize("say", ["", '{"status"', "[1]", "\x00"])
def test_what_is_no_answer(say: str) -> None:
    said, ended = ask("answering_child", {"say": say, "signal": 9})
    assert said is None
    assert ended == Ended(None, 9)
