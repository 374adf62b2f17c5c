"""`memprof run` around the run itself: names, refusals, and what follows the end."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from support.captures import build_capture

from memprof.cli.commands import invoke
from memprof.errors import CaptureExists, TargetNotRunnable, UsageError
from memprof.launch import process
from memprof.launch.target import Target


class Left(Exception):
    """Stands in for the end of the process, as the target ended."""


class FakeRun:
    """Stands in for the target's process: writes `content` into the capture."""

    def __init__(self) -> None:
        """Have a target that is measured and ends with status 7."""
        self.target: Target | None = None
        self.settings: Mapping[str, str] = {}
        self.token: str | None = None
        self.measured = True
        self.error: Exception | None = None

    def __call__(
        self,
        target: Target,
        capture: str,
        settings: Mapping[str, str],
        sink: "process.Sink",
        token: str | None,
    ) -> process.Ended:
        """Take the place of `process.run`."""
        self.target, self.settings, self.token = target, settings, token
        assert os.path.isabs(capture)
        assert os.path.isfile(capture)
        if self.error is not None:
            raise self.error
        if self.measured:
            build_capture(capture)
        else:
            sink.exit(1, 7, None, None, 0)
        return process.Ended(7, None)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRun]:
    """Return the run in the place of the real one, in an empty directory."""

    def leave(ended: process.Ended) -> NoReturn:
        raise Left(ended)

    fake = FakeRun()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(process, "run", fake)
    monkeypatch.setattr(process, "leave", leave)
    yield fake
    gc.unfreeze()


def run(*words: str) -> None:
    """Run `memprof run *words*`, which must leave as its target ended."""
    with pytest.raises(Left) as caught:
        invoke(["run", *words])
    assert caught.value.args == (process.Ended(7, None),)


def test_the_capture_is_named_for_the_target(
    fake: FakeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    run("-c", "pass", "argument")
    name = f"memprof-code.{os.getpid()}.memprof"
    assert os.listdir() == [name]
    assert fake.target is not None
    assert fake.target.argv[-3:] == ("-c", "pass", "argument")
    out, err = capsys.readouterr()
    assert out == ""
    assert "ALLOCATION SITES" in err
    last = f"memprof: capture in {name}; 'memprof report {name}' shows it again\n"
    assert err.endswith(last)


@pytest.mark.parametrize(
    ("words", "tail"),
    [
        (["-m", "json.tool", "-x", "--", "y"], ("-m", "json.tool", "-x", "--", "y")),
        (["-c", "--", "pass", "--", "-q"], ("-c", "pass", "--", "-q")),
        (["-qm", "pkg", "--top", "3"], ("-m", "pkg", "--top", "3")),
        (["app.py", "-m", "-c", "-h", "--help"], ("app.py", "-m", "-c", "-h", "--help")),
        (["--", "app.py", "--", "-q"], ("app.py", "--", "-q")),
    ],
)
def test_what_follows_the_target_is_its_own(
    fake: FakeRun, words: list[str], tail: tuple[str, ...]
) -> None:
    Path("app.py").write_text("pass\n")
    run(*words)
    assert fake.target is not None
    assert fake.target.argv[-len(tail) :] == tail


def test_an_option_that_is_not_there_is_told_from_one_that_is_alike() -> None:
    with pytest.raises(UsageError, match=r"no such option:? '?-z"):
        invoke(["run", "-qz", "script.py"])
    with pytest.raises(UsageError, match=r"no such option:? '?--outptu.*--output"):
        invoke(["run", "--outptu", "x", "script.py"])


def test_a_run_begins_without_click_psutil_and_the_report() -> None:
    heavy = "click psutil dataclasses memprof.report.page typing subprocess signal contextlib re"
    code = (
        "import sys, memprof.cli, memprof.cli.running;"
        f" print(set({heavy!r}.split()) & set(sys.modules))"
    )
    # Without `site`, whose own imports differ; so the path is given.
    words = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"]
    assert subprocess.run(words, check=True, capture_output=True).stdout == b"set()\n"


def test_the_settings_reach_the_agent(fake: FakeRun) -> None:
    run("-q", "--engine", "off", "--depth", "9", "--interval", "250ms", "--cycles", "-c", "pass")
    settings = {"engine": "off", "depth": "9", "interval": "0.25", "cycles": "1"}
    assert fake.settings == {**settings, "record-argv": "0"}


def test_children_are_followed_by_a_token_unless_told_not_to(fake: FakeRun) -> None:
    tokens = set()
    for number in range(2):
        run("-q", "-o", f"{number}.memprof", "-c", "pass")
        assert fake.token is not None
        assert len(bytes.fromhex(fake.token)) == 8
        tokens.add(fake.token)
    assert len(tokens) == 2
    run("-q", "--no-follow", "-c", "pass")
    assert fake.token is None


def test_quiet_says_nothing(fake: FakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    fake.measured = False
    run("-q", "-o", "x.memprof", "-c", "pass")
    assert capsys.readouterr() == ("", "")
    assert os.listdir() == ["x.memprof"]


@pytest.mark.usefixtures("fake")
def test_without_a_report_the_capture_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    run("--no-report", "-o", "x.memprof", "-c", "pass")
    assert capsys.readouterr().err == (
        "memprof: capture in x.memprof; 'memprof report x.memprof' shows it again\n"
    )


@pytest.mark.usefixtures("fake")
def test_json_is_written_even_if_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run("-q", "--json", "x.json", "-c", "pass")
    assert json.loads(Path("x.json").read_text())["format"] == "memprof-report/1"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("options", [[], ["--no-report"], ["-q", "--json", "x.json"]])
def test_a_target_without_an_agent_is_said(
    fake: FakeRun, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    fake.measured = False
    run(*options, "-c", "pass")
    assert "no agent reported from inside it\n  Nothing was measured." in capsys.readouterr().err


def test_a_report_that_fails_leaves_the_status_alone(
    fake: FakeRun, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del fake

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr("memprof.cli.report.findings_of", fail)
    run("-c", "pass")
    err = capsys.readouterr().err
    assert err.startswith("memprof: internal error: ZeroDivisionError")
    assert "Traceback" not in err


@pytest.mark.parametrize("option", ["-o", "--json"])
def test_nothing_is_overwritten_unasked(fake: FakeRun, option: str) -> None:
    Path("old").write_text("old")
    with pytest.raises((CaptureExists, UsageError), match="already exists"):
        invoke(["run", option, "old", "-c", "pass"])
    assert fake.target is None
    assert Path("old").read_text() == "old"
    run("-q", "-f", option, "old", "-c", "pass")
    assert Path("old").read_text() != "old"


@pytest.mark.parametrize("path", ["missing/x.json", "."])
def test_json_nobody_can_write_is_refused_before_the_run(fake: FakeRun, path: str) -> None:
    with pytest.raises(UsageError):
        invoke(["run", "-f", "--json", path, "-c", "pass"])
    assert fake.target is None
    assert os.listdir() == []


def test_a_target_that_does_not_start_leaves_no_capture(fake: FakeRun) -> None:
    fake.error = TargetNotRunnable("no")
    with pytest.raises(TargetNotRunnable):
        invoke(["run", "-c", "pass"])
    assert os.listdir() == []
