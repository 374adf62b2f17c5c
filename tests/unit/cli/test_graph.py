"""`memprof report --graph`: a file of text, or a picture where Graphviz is there."""

from pathlib import Path

import pytest
from support.captures import build_capture

from memprof.cli.commands import invoke
from memprof.errors import NoGraphviz, UsageError


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the words that draw a small capture, where no `dot` is on PATH."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    build_capture(tmp_path / "app.memprof")
    return ["report", "app.memprof", "--graph"]


def _install(script: str) -> None:
    Path("dot").write_text(f"#!/bin/sh\n{script}\n")
    Path("dot").chmod(0o755)


def test_text(report: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("precious").write_text("precious")
    Path("g.dot").symlink_to("precious")
    assert invoke([*report, "g.dot"]) == 0
    assert Path("g.dot").read_text().startswith("digraph memprof {")
    assert Path("g.dot").stat().st_mode & 0o777 == 0o600
    assert Path("precious").read_text() == "precious"
    out, err = capsys.readouterr()
    assert (out, err) == ("", "memprof: graph in g.dot\n")


def test_a_picture(report: list[str]) -> None:
    _install('read line; printf "\\211%s %s" "$1" "$line"')
    assert invoke([*report, "g.png"]) == 0
    assert Path("g.png").read_bytes() == b"\x89-Tpng digraph memprof {"


def test_no_picture_without_graphviz(report: list[str]) -> None:
    with pytest.raises(NoGraphviz, match="no 'dot' on PATH"):
        invoke([*report, "g.png"])
    _install("exit 3")
    with pytest.raises(NoGraphviz, match="could not draw"):
        invoke([*report, "g.png"])
    assert not Path("g.png").exists()


def test_the_ending_says_what_it_is(report: list[str]) -> None:
    with pytest.raises(UsageError, match=r"neither a \.dot nor a \.png"):
        invoke([*report, "app.memprof"])
    with pytest.raises(UsageError, match="exclude each other"):
        invoke([*report, "g.dot", "--json"])
