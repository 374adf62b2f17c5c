"""Any Python can say that it is not followed, in words that the reader takes."""

import ast
import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from support.facts import facts
from support.hostile import STRINGS
from support.trees import TOKEN, write

from memprof.agent import settings as treaty
from memprof.capture.records import parse
from memprof.capture.tree import read_tree

BOOT = Path(treaty.__file__).parent / "boot"


@pytest.fixture(name="door")
def _door() -> ModuleType:
    """Return the module, which stands in no package."""
    spec = spec_from_file_location("unfollowed", BOOT / "unfollowed.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="environ")
def _environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a child of a run."""
    capture = write(tmp_path / "a.memprof", facts([[1_000] * 4]))
    return {
        treaty.CAPTURE: str(capture),
        treaty.CHILDREN: f"{capture}.children",
        treaty.TARGET: "1",
        treaty.RUN: TOKEN,
        treaty.LABEL: "app.py",
    }


def test_pythons_of_old_can_read_the_door() -> None:
    """As far as today's can tell: nothing newer than 3.4 is written there."""
    for name in ("unfollowed.py", "sitecustomize.py"):
        tree = ast.parse((BOOT / name).read_text("utf-8"), feature_version=(3, 4))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def test_the_record_is_read(door: ModuleType, environ: dict[str, str]) -> None:
    door.tell(environ, "it is old")
    (one,) = read_tree(environ[treaty.CAPTURE]).processes
    assert (one.pid, one.ppid, one.role) == (os.getpid(), os.getppid(), "subprocess")
    assert one.why == "it is old"
    (path,) = Path(environ[treaty.CHILDREN]).iterdir()
    assert path.name.endswith(".brief.memprof")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", STRINGS)
def test_names_are_written_as_the_agent_writes_them(text: str, door: ModuleType) -> None:
    data = f'["unfollowed",{{"command":{door._json(text)}}}]'.encode("ascii")  # noqa: SLF001
    line = b"%08x %b\n" % (door._checksum(data), data)  # noqa: SLF001
    assert parse(line).fields == {"command": text}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["python2", "app/main.py", "-c"], ("subprocess", "main.py")),
        (["python2", "-W", "error", "-um", "pkg.mod"], ("subprocess", "pkg.mod")),
        (["python2", "-c", "pass"], ("subprocess", "-c")),
        (["python2", "-"], ("subprocess", "")),
        (["python2"], ("subprocess", "python")),
        (["python2", "-c", "from multiprocessing.spawn import x"], ("spawn", "app.py")),
    ],
)
def test_what_it_is(
    words: list[str], named: tuple[str, str], door: ModuleType, environ: dict[str, str]
) -> None:
    role, command = door._named(words, environ)  # noqa: SLF001
    assert (role, command.strip("-") if words[-1:] == ["-"] else command) == named


def test_the_tracker_of_resources_is_left_alone(
    door: ModuleType, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from multiprocessing.resource_tracker import main;main(5)"
    monkeypatch.setattr(door, "_words", lambda: ["python3.8", "-c", code])
    door.tell(environ, "it is old")
    assert not Path(environ[treaty.CHILDREN]).exists()


def test_what_is_not_ours_is_left_alone(door: ModuleType, environ: dict[str, str]) -> None:
    Path(environ[treaty.CHILDREN]).mkdir(mode=0o755)
    door.tell(environ, "it is old")
    assert not list(Path(environ[treaty.CHILDREN]).iterdir())


def test_without_a_run_nothing_is_told(
    door: ModuleType, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(environ, treaty.CHILDREN)
    before = set(Path(environ[treaty.CAPTURE]).parent.iterdir())
    door.tell(environ, "it is old")
    assert set(Path(environ[treaty.CAPTURE]).parent.iterdir()) == before
