"""Two captures of real programs: edited, checked out elsewhere, cut short, at checkpoints."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support.running import Result, run_command, run_memprof

_MAIN = """\
import memprof
from pkg import store

def fill(number):
    kept = store.Store()
    for one in range(number):
        kept.put(str(one))
    return kept

first = fill(1000)
memprof.checkpoint("warm")
second = fill(MORE)
memprof.checkpoint("full")
del second
"""

_STORE = """\
class Store:
    def __init__(self):
        self.items = {}

    def put(self, key):
        value = [key] * 10
        self.items[key] = value

    def get(self, key):
        return self.items[key]
"""

_EDITED = """\
# How often what was done.

SEEN = {"put": 0}


class Store:
    def __init__(self):
        # What is kept, by key.
        self.items = {}

    def size(self):
        return len(self.items)

    def put(self, key):
        SEEN["put"] += 1
        value = [key] * 10
        # Never thrown away.
        self.items[key] = value
"""


def program(folder: Path, store: str = _STORE, more: int = 2000) -> Path:
    """Write the program to *folder*."""
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "__init__.py").write_text("")
    (folder / "pkg" / "store.py").write_text(store)
    (folder / "main.py").write_text(_MAIN.replace("MORE", str(more)))
    return folder


def recorded(folder: Path, *options: str) -> Path:
    """Run the program in *folder* and return its capture."""
    done = run_memprof(["-q", *options], ["main.py"], cwd=folder)
    assert (done.code, done.stderr) == (0, "")
    assert done.capture is not None
    return done.capture


def diff(*words: str | Path, cwd: Path, code: int = 0) -> Result:
    """Return what `memprof diff *words*` says."""
    done = run_command(["diff", *words], cwd=cwd)
    assert done.code == code, done.stderr
    return done


def document(*words: str | Path, cwd: Path) -> Any:  # noqa: ANN401  (any JSON)
    """Return the JSON of `memprof diff *words*`."""
    return json.loads(diff(*words, "--json", cwd=cwd).stdout)


@pytest.mark.parametrize("engine", ["native", "tracemalloc"])
def test_an_edit_above_and_below_in_another_checkout(tmp_path: Path, engine: str) -> None:
    old = recorded(program(tmp_path / "one" / "app"), "--engine", engine)
    new = recorded(program(tmp_path / "two" / "app", _EDITED), "--engine", engine)
    found = document(f"{old}@full", f"{new}@full", cwd=tmp_path)
    rows = [row for row in found["rows"] if row["file"].endswith("store.py")]
    put = [row for row in rows if row["function"] == "Store.put"]
    assert {row["line"] for row in put if row["change"] == "new"} <= {15}
    moved = {row["was"]["line"]: row["line"] for row in put if row["was"]}
    assert moved.items() <= {6: 16, 7: 18}.items()
    assert "gone" not in {row["change"] for row in put}
    # Thousands of lists are no difference, although every path and line is another.
    large = [row for row in rows if abs(row["growth_bytes"]) > 10_000]
    assert large == []
    files = document(f"{old}@full", f"{new}@full", "--by", "file", cwd=tmp_path)["rows"]
    assert {row["change"] for row in files if "/app/" in row["file"]} <= {"grown", "shrunk"}
    back = document(f"{new}@full", f"{old}@full", cwd=tmp_path)
    assert back["totals"]["growth_bytes"] == -found["totals"]["growth_bytes"]
    assert len(back["rows"]) == len(found["rows"])


def test_what_an_edit_keeps_stands_first(tmp_path: Path) -> None:
    leaky = _EDITED.replace("[key] * 10", "[key] * 40")
    old = recorded(program(tmp_path / "one"))
    new = recorded(program(tmp_path / "two", leaky))
    first = document(old, new, cwd=tmp_path)["rows"][0]
    assert (first["change"], first["function"]) == ("grown", "Store.put")
    assert (first["was"]["line"], first["line"]) == (6, 16)
    # Up to 80 lists that died wait for reuse, and keep the line that made them.
    assert abs(first["growth_bytes"] - 1000 * 30 * 8) <= 80 * 56
    page = diff(old, new, "--fail-on", "site:+100KiB", cwd=tmp_path, code=1).stdout
    assert page.startswith("FAILED  site ")
    assert "Store.put (was line 6) +" in page.splitlines()[0]


def test_two_checkpoints_of_one_run(tmp_path: Path) -> None:
    capture = recorded(program(tmp_path / "app"))
    there = document(f"{capture}@warm", f"{capture}@full", cwd=tmp_path)
    row = there["rows"][0]
    assert (row["function"], row["change"], row["growth_blocks"]) == ("Store.put", "grown", 4000)
    back = document(f"{capture}@full", f"{capture}@warm", cwd=tmp_path)
    assert back["totals"]["growth_bytes"] == -there["totals"]["growth_bytes"]
    end = document(f"{capture}@full", capture, "--by", "type", cwd=tmp_path)
    counts = {row["type"]: row["growth_objects"] for row in end["rows"]}
    # And, up to 3.13, the one in which the interpreter keeps what it read of main.py.
    assert counts["list"] == (-2001 if sys.version_info < (3, 14) else -2000)
    page = diff(capture, capture, cwd=tmp_path).stdout
    assert "Nothing changed among sites." in page
    done = diff(f"{capture}@hot", capture, cwd=tmp_path, code=2)
    assert "has no checkpoint 'hot': it has warm, full" in done.stderr


def test_at_the_peak_and_at_a_name(tmp_path: Path) -> None:
    capture = recorded(program(tmp_path / "app"))
    found = document(f"{capture}@peak", capture, cwd=tmp_path)
    assert found["totals"]["growth_bytes"] < -200_000
    named = document(capture, f"{capture}@full", "--at", "warm", cwd=tmp_path)
    assert (named["old"]["at"], named["new"]["at"]) == ("warm", "full")


def test_a_capture_whose_name_has_an_at(tmp_path: Path) -> None:
    capture = recorded(program(tmp_path / "app"))
    there = capture.rename(tmp_path / "app@host.memprof")
    assert "checkpoint warm" in diff(f"{there}@warm", there, cwd=tmp_path).stdout


def test_a_torn_capture_says_so_and_gives_no_verdict(tmp_path: Path) -> None:
    capture = recorded(program(tmp_path / "app"))
    data = capture.read_bytes()
    torn = tmp_path / "torn.memprof"
    torn.write_bytes(data[: data.index(b'["footer"') - 20])
    page = diff(capture, torn, "--fail-on", "live:+1GiB", cwd=tmp_path, code=3).stdout
    assert page.startswith("NO VERDICT  live:+1GiB, the figure has no meaning: New is incomplete")
    assert "  - New is incomplete, its end was not recorded" in page


def test_another_engine_and_none(tmp_path: Path) -> None:
    folder = program(tmp_path / "app")
    native = recorded(folder).rename(tmp_path / "native.memprof")
    traced = recorded(folder, "--engine", "tracemalloc").rename(tmp_path / "traced.memprof")
    off = recorded(folder, "--engine", "off")
    found = document(native, traced, cwd=tmp_path)
    assert not found["comparable"]
    assert "different engines" in diff(native, traced, cwd=tmp_path).stdout
    done = diff(native, off, cwd=tmp_path)
    assert "TYPES" in done.stdout or "Nothing changed among types" in done.stdout
    assert "has no allocation sites: it was recorded with engine off" in done.stderr
    done = diff(native, off, "--by", "site", cwd=tmp_path, code=3)
    assert done.stdout == ""


def test_samples_have_errors(tmp_path: Path) -> None:
    folder = program(tmp_path / "app", more=30_000)
    capture = recorded(folder, "--engine", "sample=4KiB")
    found = document(f"{capture}@warm", f"{capture}@full", cwd=tmp_path)
    assert found["rows"][0]["growth_error_bytes"] > 0
    page = diff(f"{capture}@warm", f"{capture}@full", cwd=tmp_path).stdout
    assert "Estimated from sampled blocks" in page
    assert " ±" in page
