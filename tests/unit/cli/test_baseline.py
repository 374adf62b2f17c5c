"""The baseline's file: anybody may have edited it; it is written whole or not."""

import json
import os
from pathlib import Path

import pytest
from support.facts import SECOND_NS
from support.verdicts import ROOT, honest, leaky

from memprof.cli import baseline
from memprof.errors import BaselineNotFound, BaselineNotMade, BaselineUnreadable
from memprof.model.run import Event

LOST = Event(15 * SECOND_NS, "tracing-stopped", "app.py:3")


def test_it_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    made = baseline.write(str(path), [("a", leaky())], ROOT)
    assert baseline.read(str(path)) == made
    first = path.read_bytes()
    baseline.write(str(path), [("a", leaky())], ROOT)
    assert path.read_bytes() == first
    assert os.listdir(tmp_path) == ["b.json"]
    assert path.stat().st_mode & 0o444 == 0o444


def test_what_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(BaselineNotFound, match="cannot be read"):
            baseline.read(str(path))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"format": "memprof-baseline/1"}',
        b"<<<<<<< HEAD\n{}\n=======\n",
        b"1" * 6000,
        b"null",
        b" " * 16_000_001,
    ],
    ids=range(9),
)
def test_what_is_no_baseline_is_one_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(BaselineUnreadable) as raised:
        baseline.read(str(path))
    assert str(raised.value).startswith(f"{path} is not a baseline: ")
    assert raised.value.hint
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (honest(4), "3 snapshots after warm-up, 6 are needed"),
        (leaky(complete=False), "the capture is torn"),
        (leaky(events=(LOST,)), "the program stopped or cleared tracemalloc"),
    ],
)
def test_half_a_run_makes_none(run: object, said: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text("{}")
    with pytest.raises(BaselineNotMade, match=said) as raised:
        baseline.write(str(path), [("a", leaky()), ("b", run)], ROOT)  # type: ignore[list-item]
    assert raised.value.exit_code == 3
    assert path.read_text() == "{}"


def test_two_kinds_of_run_make_none(tmp_path: Path) -> None:
    other = leaky(settings=leaky().run.settings.__class__("native", "", 0, 5, None, cycles=False))
    with pytest.raises(BaselineNotMade, match="b is not as a"):
        baseline.write(str(tmp_path / "b.json"), [("a", leaky()), ("b", other)], ROOT)


def test_it_is_json_that_people_can_review(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    baseline.write(str(path), [("a", leaky())], ROOT)
    document = json.loads(path.read_text("ascii"))
    assert document["python"] == "3.12"
    assert document["entries"][0]["file"] == "app.py"
    assert "line" not in document["entries"][0]
