"""
The promises: each row of the table in docs/reliability.md has its tests, and they are there.

Those that no other file has are here.
"""

import ast
import pickle
import re
import tomllib
from importlib.metadata import files
from pathlib import Path

import pytest
from support.captures import build_capture
from support.running import CHECKOUT, run_both, run_command

PAGE = (CHECKOUT / "docs" / "reliability.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+) \| .+ \| .+ \| (.+) \|$", re.MULTILINE)
ROWS = 42
MODULES = sorted((CHECKOUT / "memprof").rglob("*.py"))

SABOTAGE = """
import sys
from types import FunctionType
def worst(*args, **kwargs): raise RuntimeError("worst")
session = vars(sys.modules.get("memprof.agent.session") or sys).get("_session")
if session is not None:
    {}
held = [bytearray(1000) for _ in range(20_000)]
import gc, time, os
end = time.monotonic() + 0.3
while time.monotonic() < end: time.sleep(0.01)
gc.collect()
child = os.fork()
if child: os.waitpid(child, 0)
else: os._exit(0)
print("done")
sys.exit(4)
"""

FAILING = {
    "each probe": """
    for name, one in list(vars(session.probes).items()):
        for method in dir(type(one)):
            if type(getattr(type(one), method)) is FunctionType and hasattr(one, "__dict__"):
                setattr(one, method, worst)""",
    "the snapshot": "session.probes.take = session.probes.take_light = worst",
    "the channel": "session.channel._append = session.channel._open = worst",
    "the schedule": "session.schedule.due = session.schedule.due_light = worst",
    "the words for a failure": """
    session.probes._send_now = session.probes.size = worst""",
}
"""What fails in the agent, from the first line of the program on."""


def defined(path: Path) -> set[str]:
    """Return the names of the tests in the module at *path*."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_every_promise_has_a_test_or_a_reason() -> None:
    rows = ROW.findall(PAGE)
    assert [int(number) for number, _ in rows] == list(range(1, ROWS + 1))
    for number, tests in rows:
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", tests)
        assert named or tests.startswith("not here: "), f"promise {number} has neither"
        for path, name in named:
            whole = CHECKOUT / "tests" / path
            assert whole.exists(), f"promise {number}: there is no {path}"
            assert not name or name in defined(whole), f"promise {number}: {path} lacks {name}"


def test_28_a_pickle_is_no_capture_and_runs_no_code(cwd: Path) -> None:
    class Planted:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.write_text, (cwd / "ran", "code")

    (cwd / "planted.memprof").write_bytes(pickle.dumps(Planted()))
    for command in ("report", "suspects", "check"):
        done = run_command([command, "planted.memprof"], cwd=cwd)
        assert done.code == 3
        assert "is not a memprof capture" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert not (cwd / "ran").exists()


def called(name: str) -> set[str]:
    """Return the modules of ours that call something called *name*."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_name = isinstance(node, ast.Name) and node.id == name
            if is_name or (isinstance(node, ast.Attribute) and node.attr == name):
                found.add(str(path.relative_to(CHECKOUT)))
    return found


def imported(*names: str) -> set[str]:
    """Return the modules of ours that import one of *names*."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            words = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                words = [node.module or ""]
            known = {word.partition(".")[0] for word in words if word != "urllib.parse"}
            if known & set(names):
                found.add(str(path.relative_to(CHECKOUT)))
    return found


def test_28_nothing_of_ours_unpickles_unmarshals_or_evaluates() -> None:
    assert imported("pickle", "marshal", "shelve", "dill") == set()
    assert called("eval") == called("exec") == set()


def test_31_names_in_a_capture_never_become_paths(cwd: Path) -> None:
    (cwd / "etc").mkdir()
    source = cwd / "etc" / "passwd"
    source.write_text("hunter2\n" * 99)
    build_capture(cwd / "app.memprof", word=f"/../..{source}")
    for words in (["report"], ["report", "--json"], ["suspects"], ["check"]):
        done = run_command([*words, "app.memprof"], cwd=cwd)
        assert "hunter2" not in done.stdout + done.stderr
    assert sorted(path.name for path in cwd.iterdir()) == ["app.memprof", "etc"]


def test_36_a_link_where_the_capture_is_to_be_is_not_followed(cwd: Path) -> None:
    (cwd / "theirs").write_text("theirs")
    (cwd / "app.memprof").symlink_to(cwd / "theirs")
    for force in ([], ["-f"]):
        words = ["run", "-o", "app.memprof", *force, "-c", "print('ran')"]
        done = run_command(words, cwd=cwd)
        assert (done.code, done.stdout) == (2, "")
    assert (cwd / "theirs").read_text() == "theirs"


def test_39_and_42_nothing_of_ours_uses_the_network() -> None:
    names = ("socket", "ssl", "urllib", "http", "socketserver", "ftplib", "smtplib", "asyncio")
    assert imported(*names) <= {"memprof/exact/calls.py"}  # which awaits coroutines of the user's


def test_42_there_are_four_dependencies_and_nothing_that_starts_by_itself() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"\W", one)[0] for one in project["dependencies"]}
    assert names == {"psutil", "click", "tabulate", "objgraph"}
    installed = [str(one) for one in files("pymemprof") or () if "__editable__" not in str(one)]
    assert not [name for name in installed if name.endswith(".pth")]


@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_40_a_failure_of_ours_changes_nothing(body: str, cwd: Path) -> None:
    pair = run_both(["-c", SABOTAGE.format(body.strip())], cwd=cwd)
    assert (pair.profiled.code, pair.profiled.stdout) == (4, "done\n")
    assert pair.profiled.stderr == pair.bare.stderr == ""
