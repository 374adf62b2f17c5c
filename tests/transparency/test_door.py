"""The door: the user's own customizations run, closed interpreters are refused, children pass."""

import os
import re
import stat
import sys
from pathlib import Path

import pytest
from support.running import TIMEOUT_S, run_both, run_command, run_memprof

SEES = """
import sys
names = [n for n in ("sitecustomize", "usercustomize") if n in sys.modules]
print(names, [sys.modules[n].__file__ for n in names], getattr(sys, "customized", None))
"""

CUSTOMIZATIONS = {
    "runs": "import sys; sys.customized = __name__, __file__, list(sys.path)",
    "prints": "print('customized')",
    "fails": "1 / 0",
    "imports-nothing": "import nothing_of_that_name",
    "syntax": "1 +",
    "changes-the-path": "import sys; sys.path.insert(0, '/nowhere')",
    "removes-itself": "import sys; del sys.modules[__name__]",
    "starts-a-thread": "import threading; t = threading.Thread(target=int); t.start(); t.join()",
    "replaces": "import os, builtins; os.write = os.open = builtins.len = None",
    "collects": "import gc; gc.disable(); gc.set_threshold(5, 5, 5)",
    "imports-memprof": "import sys; sys.customized = 'memprof' in sys.modules",
}


# memprof is a Python too, and runs what the user wants every Python to run.
IN_THE_PROGRAM = """
import sys
if "memprof" not in sys.orig_argv:
    exec({!r})
"""


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def path_with(*folders: Path | str) -> dict[str, str]:
    """Return the PYTHONPATH of *folders*, and of memprof where it is found by it."""
    own = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([*map(str, folders), *([own] if own else [])])}


@pytest.mark.parametrize("name", ["sitecustomize", "usercustomize"])
@pytest.mark.parametrize("text", CUSTOMIZATIONS.values(), ids=CUSTOMIZATIONS)
def test_the_users_own_customization(text: str, name: str, cwd: Path) -> None:
    """It runs, or fails, with the very words of Python itself."""
    folder = cwd.parent / "custom"
    folder.mkdir()
    (folder / f"{name}.py").write_text(IN_THE_PROGRAM.format(text))
    # Not enabled in a virtual environment: there it does not run bare either.
    env = {**path_with(folder), "PYTHONUSERBASE": str(folder)}
    pair = run_both(["-c", SEES], cwd=cwd, env=env)
    pair.assert_same()
    if name == "sitecustomize" and text == CUSTOMIZATIONS["prints"]:
        assert pair.bare.stdout.startswith("customized\n")


@pytest.mark.parametrize("text", CUSTOMIZATIONS.values(), ids=CUSTOMIZATIONS)
def test_a_customization_that_is_a_package(text: str, cwd: Path) -> None:
    folder = cwd.parent / "custom" / "sitecustomize"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(IN_THE_PROGRAM.format(text))
    run_both(["-c", SEES], cwd=cwd, env=path_with(folder.parent)).assert_same()


@pytest.mark.parametrize("text", ["raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_a_customization_that_ends_python_itself(text: str, cwd: Path) -> None:
    """Python dies before the program, with a traceback that has the door in it."""
    folder = cwd.parent / "custom"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(IN_THE_PROGRAM.format(text))
    pair = run_both(["-c", SEES], cwd=cwd, env=path_with(folder))
    for result in (pair.bare, pair.profiled):
        assert (result.code, result.stdout) == (1, "")
    assert pair.profiled.stderr.splitlines()[-1] == pair.bare.stderr.splitlines()[-1]


def test_a_module_of_the_users_that_is_called_as_ours(cwd: Path) -> None:
    """`import memprof` finds what it finds bare, and so do names of the agent's modules."""
    folder = cwd / "folder"
    folder.mkdir()
    names = ("memprof", "channel", "session", "settings", "wire", "names", "process", "agent")
    for name in names:
        (folder / f"{name}.py").write_text("print('their own', __name__)\n")
    (folder / "script.py").write_text(f"import {', '.join(names)}\n")
    run_both([os.path.join("folder", "script.py")], cwd=cwd).assert_same()


def test_a_program_that_imports_memprof_gets_it_whole(cwd: Path) -> None:
    code = (
        "import memprof, sys; memprof.checkpoint('here'); print(memprof.__version__,"
        " memprof.__file__, memprof.__spec__.name, sys.modules['memprof'] is memprof)"
    )
    pair = run_both(["-c", code], cwd=cwd)
    pair.assert_same()
    assert [one.name for one in pair.profiled.facts.snapshots if one.name] == ["here"]


@pytest.mark.parametrize("option", ["-I", "-E", "-S", "-Im", "-bE"])
def test_an_interpreter_that_keeps_us_out_is_refused_before_it_starts(
    option: str, cwd: Path
) -> None:
    (cwd / "script.py").write_text("open('started', 'w')\n")
    done = run_memprof([], [sys.executable, option, "script.py"], cwd=cwd)
    assert (done.code, done.stdout, done.capture) == (126, "", None)
    message, hint = done.stderr.splitlines()
    assert re.match("memprof: the target's interpreter runs with -[IES]: ", message)
    assert "drop -I, -E and -S" in hint
    assert os.listdir(cwd) == ["script.py"]


def test_a_script_whose_first_line_keeps_us_out_is_refused(cwd: Path) -> None:
    script = cwd / "tool"
    script.write_text(f"#!{sys.executable} -I\nopen('started', 'w')\n")
    script.chmod(stat.S_IRWXU)
    done = run_memprof([], ["./tool"], cwd=cwd)
    assert done.code == 126
    assert os.listdir(cwd) == ["tool"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nothing.py"], 127),
        (["no-such-command"], 127),
        (["./folder"], 126),
        (["binary"], 126),
        ([], 2),
        (["-m"], 2),
        (["--nonsense", "a.py"], 2),
    ],
)
def test_what_cannot_be_started(words: list[str], code: int, cwd: Path) -> None:
    (cwd / "folder").mkdir()
    (cwd / "binary").write_bytes(b"\x7fELF and no more")
    (cwd / "binary").chmod(stat.S_IRWXU)
    done = run_memprof([], words, cwd=cwd)
    assert (done.code, done.stdout, done.capture) == (code, "", None)
    assert done.stderr.startswith("memprof: ")
    assert len(done.stderr.splitlines()) == 2


def test_a_capture_that_is_there_is_kept(cwd: Path) -> None:
    (cwd / "test.memprof").write_text("precious")
    done = run_memprof([], ["-c", "open('started', 'w')"], cwd=cwd)
    assert (done.code, done.stdout) == (2, "")
    assert "test.memprof already exists" in done.stderr
    assert os.listdir(cwd) == ["test.memprof"]
    assert (cwd / "test.memprof").read_text() == "precious"
    assert run_memprof(["-f", "-q"], ["-c", "exit(5)"], cwd=cwd).code == 5


@pytest.mark.parametrize(
    "place", ["missing/a.memprof", "script.py/a.memprof", "", "link", "/dev/full"]
)
def test_a_capture_that_cannot_be_created_stops_before_the_program(place: str, cwd: Path) -> None:
    (cwd / "script.py").write_text("open('started', 'w')\n")
    (cwd / "link").symlink_to("elsewhere")
    done = run_command(["run", "-o", str(cwd / place), "script.py"], cwd=cwd)
    assert done.code == 2, done
    assert sorted(os.listdir(cwd)) == ["link", "script.py"]


def test_the_capture_is_the_owners_alone(cwd: Path) -> None:
    done = run_memprof(["-q"], ["-c", "import os; os.umask(0)"], cwd=cwd)
    assert done.capture is not None
    assert stat.S_IMODE(done.capture.stat().st_mode) == 0o600


def test_a_program_without_an_agent_is_told_of(cwd: Path) -> None:
    """A command that is no Python runs all the same, and memprof says it saw nothing."""
    done = run_memprof([], ["sh", "-c", "echo out; echo err >&2; exit 7"], cwd=cwd)
    assert (done.code, done.stdout) == (7, "out\n")
    assert done.stderr.startswith("err\nmemprof: the program ran, but no agent reported")


def test_a_python_that_only_shows_its_version(cwd: Path) -> None:
    words = [sys.executable, "-V"]
    done = run_memprof(["-q"], words, cwd=cwd, timeout_s=TIMEOUT_S)
    assert (done.code, done.stdout) == (0, f"Python {sys.version.split()[0]}\n")
