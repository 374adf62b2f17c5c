"""The process of `memprof repeat`: what it answers, and whose an error is."""

import json
import os
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

from memprof.analysis import rounds
from memprof.cli import child
from memprof.exact import growth


class Left(Exception):
    """Stands in for the end of this process."""


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stay alive, and leave the interpreter as it is."""

    def leave() -> NoReturn:
        raise Left

    monkeypatch.setattr(child, "_leave", leave)
    monkeypatch.setattr("sys.argv", ["memprof"])
    monkeypatch.setattr("sys.path", ["", str(tmp_path)])


def answered(tmp_path: Path, function: str, setup: str | None = None) -> dict[str, object]:
    """Return what the child answers."""
    descriptor = os.open(tmp_path / "answer", os.O_CREAT | os.O_WRONLY, 0o600)
    asked = {
        "function": function,
        "setup": setup,
        "calls": 5,
        "clear_caches": True,
        "descriptor": descriptor,
    }
    with pytest.raises(Left):
        child.main([json.dumps(asked)])
    found = json.loads((tmp_path / "answer").read_text("ascii"))
    assert isinstance(found, dict)
    return found


def test_a_clean_function(tmp_path: Path) -> None:
    found = answered(tmp_path, "os:getpid")
    assert found["status"] == 0
    assert str(found["text"]).startswith("CLEAN: os:getpid ")
    assert isinstance(found["document"], dict)


def test_a_function_that_is_not_there(tmp_path: Path) -> None:
    found = answered(tmp_path, "os:getpidd")
    assert found == {"missing": "module 'os' has no 'getpidd'", "hint": "Did you mean 'getpid'?"}


def test_a_function_that_raises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raising_here.py").write_text("def fail():\n    raise ValueError('mine')\n")
    assert answered(tmp_path, "raising_here:fail") == {"failed": "ValueError: mine"}
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback (most recent call last):\n  File ")
    assert shown.endswith("ValueError: mine\n")
    assert "memprof" not in shown.replace(str(tmp_path), "")


def test_a_function_that_is_called_wrongly_is_the_users(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "TypeError" in str(answered(tmp_path, "json:loads")["failed"])
    assert capsys.readouterr().err.startswith("TypeError: loads() missing")


@pytest.mark.parametrize("module", [growth, rounds], ids=lambda module: module.__name__)
def test_an_error_of_ours_is_said_to_be_ours(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module of analysis is called as one that calls the function is, and is none."""
    text = "def measure(*_, **__):\n    raise KeyError('a')\n"
    code = compile(text, str(module.__file__), "exec")
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102  (a function as if it stood in our file)
    monkeypatch.setattr(child, "measure", names["measure"])
    assert answered(tmp_path, "os:getpid") == {"bug": "KeyError: 'a'"}
