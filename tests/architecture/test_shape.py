"""The shape of the code: sizes, names, who may read the world, a test for each module."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import CHECKOUT

PACKAGE = CHECKOUT / "memprof"
MODULES = sorted(PACKAGE.rglob("*.py"))
WALL_MODULE_LINES = 300
WALL_FUNCTION_LINES = 50
HOMELESS = {"utils", "util", "misc", "common", "helpers", "base", "core", "manager"}
PURE_FLOORS = ("model", "analysis", "gate")
WORLD = {"os", "io", "sys", "time", "pathlib", "subprocess", "socket", "tempfile", "logging"}
WORLDLY_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
PRINTERS = ("cli", "agent")


def name_of(path: Path) -> str:
    """Return the path of a module below the package."""
    return str(path.relative_to(PACKAGE))


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of the module at *path*."""
    return ast.parse(path.read_text("utf-8"))


def calls(tree: ast.Module) -> Iterator[str]:
    """Return the plain names that *tree* calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def imports(tree: ast.Module) -> Iterator[str]:
    """Return the top-level names of what *tree* imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= WALL_MODULE_LINES
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < WALL_FUNCTION_LINES, node.name


def test_every_module_has_a_name_that_says_something() -> None:
    assert not {path.stem for path in MODULES} & HOMELESS
    assert not {path.parent.name for path in MODULES} & HOMELESS


@pytest.mark.parametrize(
    "path", [p for p in MODULES if name_of(p).startswith(PURE_FLOORS)], ids=name_of
)
def test_facts_and_meaning_do_not_touch_the_world(path: Path) -> None:
    tree = parsed(path)
    assert not set(imports(tree)) & WORLD
    assert not set(calls(tree)) & WORLDLY_CALLS


@pytest.mark.parametrize(
    "path", [p for p in MODULES if not name_of(p).startswith(PRINTERS)], ids=name_of
)
def test_only_the_command_line_speaks(path: Path) -> None:
    tree = parsed(path)
    assert "print" not in calls(tree)
    speaking = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    }
    assert not speaking & {"stdout", "stderr"}


def test_the_door_imports_nothing_of_ours_but_the_agent() -> None:
    """The contracts do not see it: it is no module of the package."""
    tree = parsed(PACKAGE / "agent" / "boot" / "sitecustomize.py")
    found = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    assert {name for name in found if name.startswith("memprof")} == {"memprof.agent"}


def test_every_module_has_its_test() -> None:
    """`memprof/floor/word.py` is tested by a `test_word.py` in a folder of that floor."""
    tested = {(path.parent.name, path.stem) for path in (CHECKOUT / "tests").rglob("test_*.py")}
    missing = [
        name_of(path)
        for path in MODULES
        if path.stem not in {"__init__", "__main__", "sitecustomize"}
        and (path.parent.name, f"test_{path.stem}") not in tested
        and ("unit", f"test_{path.stem}") not in tested
        and path.parent.name != "model"  # values without a line of logic
    ]
    assert missing == []


def included(source: Path, found: set[Path]) -> set[Path]:
    """Add to *found* the files of ours that the C file *source* includes, and they in turn."""
    for name in re.findall(r'^#include "([^"]+)"', source.read_text("utf-8"), re.MULTILINE):
        path = (source.parent / name).resolve()
        if path not in found:
            found.add(path)
            included(path, found)
    return found


def test_source_archives_have_every_header() -> None:
    """Without one of them an extension is not built, and nothing says so."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    extensions = settings["tool"]["setuptools"]["ext-modules"]
    assert len(extensions) == 3
    for extension in extensions:
        (source,) = extension["sources"]
        found = included(CHECKOUT / source, set())
        assert {str(path.relative_to(CHECKOUT)) for path in found} == set(extension["depends"])
