"""`memprof repeat`: what the child said becomes output and a status."""

from collections.abc import Mapping

import pytest

from memprof.cli import repeat
from memprof.cli.commands import invoke
from memprof.errors import FunctionFailed, FunctionNotFound, UsageError
from memprof.launch.child import Answer
from memprof.launch.process import Ended

SAID = {"status": 1, "text": "LEAK: a:b\n", "document": {"verdict": "LEAK"}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Stand in for the child; return what it is asked and what it shall say."""
    seen: dict[str, object] = {"say": SAID, "ended": Ended(0, None)}

    def ask(_module: str, asked: Mapping[str, object], waiting: object) -> Answer:
        assert waiting is None
        seen.update(asked)
        return Answer(seen["say"], seen["ended"])  # type: ignore[arg-type]

    monkeypatch.setattr(repeat, "ask", ask)
    return seen


def test_text_and_status(asked: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["repeat", "a:b", "--calls", "7", "--setup", "a:c", "--keep-caches"]) == 1
    assert capsys.readouterr().out == "LEAK: a:b\n"
    assert (asked["function"], asked["calls"], asked["setup"]) == ("a:b", 7, "a:c")
    assert asked["clear_caches"] is False


def test_the_document(asked: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["repeat", "--json", "a:b"]) == 1
    assert capsys.readouterr().out == '{\n  "verdict": "LEAK"\n}\n'
    assert asked["calls"] is None


@pytest.mark.parametrize(
    ("say", "ended", "error", "message"),
    [
        ({"missing": "no a", "hint": "b"}, Ended(0, None), FunctionNotFound, "no a"),
        ({"failed": "E: x"}, Ended(0, None), FunctionFailed, "no verdict: a:b raised E: x"),
        (None, Ended(4, None), FunctionFailed, "ended the process with status 4"),
        (None, Ended(None, 9), FunctionFailed, r"ended the process with SIGKILL \(9\)"),
        (None, Ended(None, 2), KeyboardInterrupt, "^$"),
        ({"bug": "KeyError: 1"}, Ended(0, None), RuntimeError, "KeyError: 1"),
    ],
)
def test_what_is_no_verdict(
    asked: dict[str, object],
    say: object,
    ended: Ended,
    error: type[BaseException],
    message: str,
) -> None:
    asked.update(say=say, ended=ended)
    with pytest.raises(error, match=message):
        invoke(["repeat", "a:b"])


@pytest.mark.parametrize("words", [[], ["a:b", "--calls", "0"], ["a:b", "c:d"]])
def test_what_makes_no_sense(words: list[str]) -> None:
    with pytest.raises(UsageError):
        invoke(["repeat", *words])
