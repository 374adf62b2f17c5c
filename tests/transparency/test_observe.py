"""However a program is started, it sees of its own execution what it would see bare."""

import json
import os
import stat
import sys
import zipapp
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.running import CHECKOUT, run_both

OBSERVE = CHECKOUT / "tests" / "targets" / "manners" / "observe.py"
CODE = OBSERVE.read_text("utf-8")

Seen = dict[str, Any]

# What the agent leaves in the target, all of it.
MODULES = {
    *("_collections", "_ctypes", "_json", "_tracemalloc", "atexit", "binascii", "gc", "itertools"),
    "memprof.agent.session",
    # 3.11 in development mode, for the first extension module that is imported.
    "encodings.ascii",
}
VARIABLES = {
    *("CAPTURE", "LAUNCHER", "TARGET", "LABEL", "CHILDREN", "RUN"),
    *("ENGINE", "DEPTH", "INTERVAL", "CYCLES", "RECORD_ARGV"),
}


def without_ours(seen: Seen) -> Seen:
    """Return what a profiled program *seen* sees, less what the agent is known to leave."""
    environ = seen["process"]["environ"]
    for name in VARIABLES:
        del environ[f"MEMPROF_{name}"]
    boot, _, rest = environ.pop("PYTHONPATH").partition(os.pathsep)
    assert boot.endswith(os.path.join("memprof", "agent", "boot"))
    environ["PYTHONPATH"] = rest
    seen["gc"]["callbacks"] -= 3
    seen["process"]["exit_hooks"] -= 1
    replaced = seen["surroundings"]["replaced"]
    replaced["_exit"] = replaced["abort"] = replaced["fork"]
    return seen


def assert_sees_the_same(bare: Seen, profiled: Seen) -> None:
    """Assert that two observations differ in nothing but the agent's known traces."""
    bare["process"]["environ"].setdefault("PYTHONPATH", "")
    modules = set(bare["sys"].pop("modules")), set(profiled["sys"].pop("modules"))
    assert modules[1] - modules[0] <= MODULES
    assert modules[0] <= modules[1]
    # The thread that takes snapshots is not one of `threading`'s, and starts when it may.
    counts = bare["threads"].pop("count"), profiled["threads"].pop("count")
    assert 0 <= counts[1] - counts[0] <= 1
    assert dict(differences(bare, without_ours(profiled))) == {}


def differences(bare: object, profiled: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Return where two observations differ, and how."""
    if isinstance(bare, dict) and isinstance(profiled, dict):
        for name in {**bare, **profiled}:
            yield from differences(bare.get(name), profiled.get(name), f"{path}/{name}")
    elif bare != profiled:
        yield path, (bare, profiled)


def observed(
    args: list[str],
    cwd: Path,
    bare: list[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "typed\n",
) -> Seen:
    """Observe *args* bare and profiled, assert that both agree, return the bare one."""
    pair = run_both(args, cwd=cwd, bare=bare, env=env, stdin=stdin)
    assert pair.profiled.code == pair.bare.code == 0, pair
    assert pair.profiled.stderr == pair.bare.stderr
    assert pair.profiled.facts.run.complete
    bare_sees = json.loads(pair.bare.stdout)
    assert_sees_the_same(json.loads(pair.bare.stdout), json.loads(pair.profiled.stdout))
    assert isinstance(bare_sees, dict)
    return bare_sees


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def a_file(cwd: Path) -> list[str]:
    (cwd / "script.py").write_text(CODE)
    return [str(cwd / "script.py"), "one", "--two", "-o", ""]


def a_relative_file(cwd: Path) -> list[str]:
    a_file(cwd)
    return ["script.py"]


def a_far_away_file(cwd: Path) -> list[str]:
    folder = cwd.parent / "far" / "away"
    folder.mkdir(parents=True)
    (folder / "script.py").write_text(CODE)
    return [os.path.join("..", "far", "away", "script.py")]


def a_symbolic_link(cwd: Path) -> list[str]:
    target = a_far_away_file(cwd)[0]
    (cwd / "link").symlink_to(target)
    return ["link", "argument"]


def a_module(cwd: Path) -> list[str]:
    a_file(cwd)
    return ["-m", "script", "argument"]


def a_package(cwd: Path) -> list[str]:
    folder = cwd / "package"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "__main__.py").write_text(CODE)
    return ["-m", "package", "argument"]


def a_module_of_a_package(cwd: Path) -> list[str]:
    a_package(cwd)
    return ["-m", "package.__main__"]


def code(_cwd: Path) -> list[str]:
    return ["-c", CODE, "argument", "-c"]


def a_directory(cwd: Path) -> list[str]:
    (cwd / "folder").mkdir()
    (cwd / "folder" / "__main__.py").write_text(CODE)
    return ["folder", "argument"]


def a_zip_file(cwd: Path) -> list[str]:
    a_directory(cwd)
    zipapp.create_archive(cwd / "folder", cwd / "app.pyz")
    return ["app.pyz"]


def a_file_without_a_suffix(cwd: Path) -> list[str]:
    (cwd / "tool").write_text(CODE)
    return [os.path.join(".", "tool")]


def a_file_whose_name_is_no_text(cwd: Path) -> list[str]:
    path = os.fsdecode(os.fsencode(cwd) + b"/caf\xe9 \xff.py")
    Path(path).write_text(CODE)
    return [path, os.fsdecode(b"\xfe")]


@pytest.mark.parametrize(
    "start",
    [
        *(a_file, a_relative_file, a_far_away_file, a_symbolic_link, a_module, a_package),
        *(a_module_of_a_package, code, a_directory, a_zip_file, a_file_without_a_suffix),
        a_file_whose_name_is_no_text,
    ],
)
def test_every_way_to_start(start: Callable[[Path], list[str]], cwd: Path) -> None:
    seen = observed(start(cwd), cwd)
    assert seen["input"] == "typed\n"
    assert seen["main"]["__name__"] == "'__main__'"


def test_code_on_standard_input(cwd: Path) -> None:
    observed(["-"], cwd, stdin=CODE)


def test_a_console_script_on_the_path(cwd: Path) -> None:
    folder = cwd.parent / "bin"
    folder.mkdir()
    tool = folder / "the-tool"
    tool.write_text(f"#!{sys.executable}\n{CODE}")
    tool.chmod(stat.S_IRWXU)
    env = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    seen = observed(["the-tool", "argument"], cwd, ["the-tool", "argument"], env)
    assert seen["sys"]["argv"] == repr([str(tool), "argument"])


@pytest.mark.parametrize(
    "options",
    [
        *(["-O"], ["-OO", "-B"], ["-u"], ["-b", "-W", "error"], ["-Xdev", "-P"], ["-X", "utf8=0"]),
        ["-Werror::ResourceWarning", "-X", "int_max_str_digits=0", "-s"],
    ],
    ids=" ".join,
)
def test_python_as_a_command_with_its_options(options: list[str], cwd: Path) -> None:
    env = {"PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"}
    words = ["python", *options, *a_relative_file(cwd), "argument"]
    observed(words, cwd, words, env)


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONPATH": ""},
        {"PYTHONPATH": "other"},
        {"PYTHONPATH": f"{os.pathsep}other{os.pathsep}"},
        {"PYTHONPATH": os.pathsep},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1", "PYTHONHASHSEED": "7"},
        {"PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1", "PYTHONOPTIMIZE": "2"},
        {"PYTHONMALLOC": "debug"},
        {"PYTHONMALLOC": "malloc"},
        {"PYTHONTRACEMALLOC": "3"},
    ],
    ids=str,
)
def test_the_interpreters_variables(env: Mapping[str, str], cwd: Path) -> None:
    if "PYTHONPATH" in env and "PYTHONPATH" in os.environ:
        # Here memprof itself is found by it.
        env = {"PYTHONPATH": f"{os.environ['PYTHONPATH']}{os.pathsep}{env['PYTHONPATH']}"}
    observed(a_relative_file(cwd), cwd, env=env)
