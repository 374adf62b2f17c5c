"""A secret that a program has in every place where one may be is in nothing that memprof writes."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import Result, run_command, run_memprof

from memprof.cli.check import FORMATS

SECRET = "h7unter2q"  # noqa: S105  (planted)

# The program is told of it by its environment, its arguments and its own text.
LEAKY = f'''
"""A service; {SECRET} in its docstring."""
import functools, os, sys, threading, time
import memprof
# {SECRET} in a comment
TOKEN, FROM_OUTSIDE = "{SECRET} in a value", os.environ["API_TOKEN"] + sys.argv[1]
class Session:
    """{SECRET}"""
    key = "{SECRET} of the class"
    def __init__(self, number):
        self.token = f"{{FROM_OUTSIDE}} {{number}}"
        self.data = bytearray(FROM_OUTSIDE.encode() * 20)
        self.me = self
    def __repr__(self): return TOKEN
    def __str__(self): return TOKEN
KEPT, FEW = {{}}, {{}}
@functools.lru_cache(maxsize=None)
def cached(text): return [text] * 10
def work(number, password="{SECRET} by default"):
    local = FROM_OUTSIDE.upper()
    for at in range(200):
        KEPT[f"{{FROM_OUTSIDE}} {{number}} {{at}}"] = Session(at)
        cached(f"{{FROM_OUTSIDE}} {{number}} {{at}}")
    FEW.setdefault(FROM_OUTSIDE, []).extend(map(Session, range(50)))
    FEW.setdefault("spelled", []).extend(map(Session, range(50)))
    for at in range(100): Session(at)
threading.Thread(target=time.sleep, args=(9,), name=FROM_OUTSIDE, daemon=True).start()
for number in range(60):
    work(number)
    time.sleep(0.02)
memprof.checkpoint("done")
raise ValueError(FROM_OUTSIDE)
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the program, what it came to, and nothing else."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "app.py").write_text(LEAKY)
    return folder


@pytest.fixture(scope="module")
def done(folder: Path) -> Result:
    """Run the program and return its end."""
    # By the clock, however busy the machine is: what is judged wants snapshots.
    options = ["--cycles", "--depth", "5", "--interval", "50ms", "--json", "out.json"]
    env = {"API_TOKEN": SECRET}
    return run_memprof(options, ["app.py", f"--token={SECRET}"], cwd=folder, env=env)


def commands() -> Iterator[list[str]]:
    """Yield the words of every command that shows a capture."""
    yield ["report", "test.memprof", "--top", "100"]
    yield ["report", "test.memprof", "--json"]
    yield ["report", "test.memprof", "--graph", "graph.dot", "-f"]
    yield ["suspects", "test.memprof"]
    yield ["suspects", "test.memprof", "--explain", "1"]
    yield ["diff", "test.memprof@done", "test.memprof", "--json"]
    yield ["diff", "test.memprof@done", "test.memprof", "--by", "owner"]
    yield ["check", "test.memprof", "--baseline", "baseline.json", "--update-baseline"]
    for form in FORMATS:
        yield ["check", "test.memprof", "--format", form]


def test_a_planted_secret_is_in_no_artefact(folder: Path, done: Result) -> None:
    assert done.facts.snapshots
    said = done.stderr[done.stderr.index("memprof report") :]
    for words in commands():
        shown = run_command(words, cwd=folder)
        assert shown.code in {0, 1, 2, 3}
        said += shown.stdout + shown.stderr
    assert "__main__.FEW['spelled'][*]" in said
    assert "app.py" in said
    written = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "app.py"}
    assert {"test.memprof", "out.json", "baseline.json"} <= set(written), said
    found = [name for name, data in {**written, "said": said.encode()}.items() if is_in(data)]
    assert found == []


def is_in(data: bytes) -> bool:
    """Tell whether the secret is in *data*, in any case."""
    return SECRET.encode().lower() in data.lower()


def test_what_is_written_is_its_owners_alone(folder: Path, done: Result) -> None:
    assert done.capture is not None
    modes = {
        one: stat.S_IMODE(os.stat(folder / one).st_mode) for one in ("test.memprof", "out.json")
    }
    assert set(modes.values()) == {0o600}


def test_arguments_are_recorded_only_where_they_are_asked_for(tmp_path: Path) -> None:
    words = ["-c", "import sys; print(len(sys.argv))", "--token", SECRET]
    plain = run_memprof([], words, cwd=tmp_path)
    assert plain.capture is not None
    assert not is_in(plain.capture.read_bytes())
    assert SECRET not in plain.stderr
    asked = run_memprof(["-f", "--record-argv"], words, cwd=tmp_path)
    assert asked.facts.run.argv is not None
    assert asked.facts.run.argv[-2:] == ("--token", SECRET)
    assert f"--token {SECRET}" in " ".join(asked.stderr.split())
