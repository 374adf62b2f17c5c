"""`memprof diff`: two captures as a page, as JSON, or as a status."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.captures import capture_bytes, capture_rows, example_facts
from support.compared import edited, whole
from support.service import service

from memprof.cli import report
from memprof.cli.commands import invoke
from memprof.errors import NotRecorded, UsageError
from memprof.model.facts import Facts


def write(path: str, facts: Facts) -> None:
    """Write *facts* to *path*."""
    Path(path).write_bytes(capture_bytes(capture_rows(facts)))


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where two captures are."""
    monkeypatch.chdir(tmp_path)
    write("old.memprof", whole(service()))
    write("new.memprof", edited())


def test_the_page_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["diff", "old.memprof", "new.memprof", "--top", "1"]) == 0
    out, err = capsys.readouterr()
    assert "(was line 41)" in out
    assert "… and" in out
    assert err == ""
    assert invoke(["diff", "old.memprof", "new.memprof", "--top", "0"]) == 0
    assert "more site" not in capsys.readouterr().out


def test_the_document_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["diff", "old.memprof@warm", "new.memprof", "--json", "--by", "file"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["by"], found["old"]["at"]) == ("memprof-diff/1", "file", "warm")
    assert "verdict" not in found


def test_limits_decide_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["diff", "old.memprof", "new.memprof"]
    assert invoke([*words, "--fail-on", "live:+1GiB"]) == 0
    assert capsys.readouterr().out.startswith("PASSED  live bytes +")
    assert invoke([*words, "--fail-on", "live:+1GiB", "--fail-on", "site:+1KiB"]) == 1
    assert capsys.readouterr().out.startswith("FAILED  site /home/ci/shop/sessions.py:44 ")
    assert invoke([*words, "--fail-on", "site:+1KiB", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "FAILED"


def test_a_limit_that_makes_no_sense_is_found_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="no 'lives' to limit"):
        invoke(["diff", "gone", "gone", "--fail-on", "lives:+1MiB"])


def test_without_sites_types_are_compared_unless_sites_were_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = example_facts()
    blind = replace(
        made,
        run=replace(made.run, settings=replace(made.run.settings, engine="off")),
        snapshots=tuple(replace(one, live_bytes=None) for one in made.snapshots),
    )
    write("off.memprof", blind)
    assert invoke(["diff", "off.memprof", "off.memprof"]) == 0
    out, err = capsys.readouterr()
    assert "Nothing changed among types" in out
    assert "off.memprof has no allocation sites: it was recorded with engine off" in err
    with pytest.raises(NotRecorded):
        invoke(["diff", "off.memprof", "off.memprof", "--by", "site"])


def test_no_owners_are_an_error_and_not_an_empty_table() -> None:
    write("killed.memprof", replace(example_facts(), owners=None))
    with pytest.raises(NotRecorded, match=r"killed\.memprof has no owners"):
        invoke(["diff", "killed.memprof", "killed.memprof", "--by", "owner"])


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True


def test_large_captures_show_how_far_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(report, "_LARGE_BYTES", 0)
    monkeypatch.setattr(sys, "stderr", stream)
    assert invoke(["diff", "old.memprof", "new.memprof"]) == 0
    assert stream.getvalue().count("reading") >= 2
