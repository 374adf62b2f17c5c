"""What a process is to its tree, and a place for its capture, or none."""

import os
import sys
from pathlib import Path

import pytest

from memprof.agent import children
from memprof.agent.settings import CAPTURE, CHILDREN, LABEL, LAUNCHER, RUN, TARGET, Settings

SPAWN = "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)"
FORKSERVER = "from multiprocessing.forkserver import main; main(8, 9, [])"


@pytest.fixture(name="environ")
def _environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a child whose run's capture is there."""
    capture = tmp_path / "a.memprof"
    capture.touch()
    return {
        CAPTURE: str(capture),
        CHILDREN: f"{capture}.children",
        LABEL: "app.py",
        LAUNCHER: str(os.getpid()),
        RUN: "0123456789abcdef",
        TARGET: "1",
    }


@pytest.fixture(name="settings")
def _settings(environ: dict[str, str]) -> Settings:
    """Return what that says."""
    return Settings(environ)


def folder(settings: Settings) -> Path:
    """Return the directory for the children."""
    assert settings.children is not None
    return Path(settings.children)


def created(settings: Settings, name: str = "7.9", *, whole: bool = True) -> str | None:
    """Return where the capture of child *name* was made, if it was."""
    made = children.create(settings, name, whole)
    if made is None:
        return None
    os.close(made[1])
    return str(made[0])


@pytest.mark.parametrize(
    ("words", "first", "role", "command"),
    [
        (["app/other.py", "-m", "x"], "app/other.py", "subprocess", "other.py"),
        (["-W", "error", "-X", "dev", "-m", "pkg.mod", "y"], "-m", "subprocess", "pkg.mod"),
        (["-Wm", "-um", "pkg"], "-m", "subprocess", "pkg"),
        (["-c", "pass", "-m", "x"], "-c", "subprocess", "-c"),
        (["-", "-m", "x"], "-", "subprocess", "-"),
        ([], "", "subprocess", "python"),
        (["-Werror", "-c", SPAWN, "--multiprocessing-fork"], "-c", "spawn", "app.py"),
        (["-X", "dev", "-c", FORKSERVER], "-c", "forkserver", "app.py"),
        (["-c", f"import sys; {FORKSERVER}", "app.py"], "-c", "forkserver", "app.py"),
    ],
)
def test_what_a_process_is(  # noqa: PLR0913, PLR0917  (words, what they say, and fixtures)
    words: list[str],
    first: str,
    role: str,
    command: str,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By its command line, of which nothing but a name is kept."""
    monkeypatch.setattr(sys, "orig_argv", ["python", *words])
    monkeypatch.setattr(sys, "argv", [first])
    assert children.role(environ, 7) == role
    assert children.command(role, "app.py") == command


def test_the_same_process_is_another_program(environ: dict[str, str]) -> None:
    environ[TARGET] = "7"
    assert children.role(environ, 7) == "exec"


def test_a_child_is_adopted(environ: dict[str, str], settings: Settings) -> None:
    """It has a name, which its own children hear of, and a file."""
    made = children.adopt(settings, environ, 9)
    assert made is not None
    os.close(made[1])
    assert os.path.basename(made[0]) == f"{os.getpid()}.9.memprof"
    assert (settings.role, settings.command) == ("subprocess", environ[LABEL])
    assert settings.engine == "auto"


def test_one_for_whom_there_is_no_place_needs_no_engine(
    environ: dict[str, str], settings: Settings
) -> None:
    os.unlink(settings.capture)
    assert children.adopt(settings, environ, 9) is None
    assert settings.engine == "off"


def test_files_and_their_folder_are_their_owners_alone(settings: Settings) -> None:
    before = os.umask(0o277)
    try:
        assert created(settings) == f"{settings.children}/7.9.memprof"
        assert created(settings, whole=False) == f"{settings.children}/7.9.brief.memprof"
    finally:
        os.umask(before)
    assert folder(settings).stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in folder(settings).iterdir()} == {0o600}


def test_no_file_is_opened_twice(settings: Settings) -> None:
    assert created(settings) is not None
    assert created(settings) is None


@pytest.mark.parametrize("what", ["open", "file", "link"])
def test_what_is_not_ours_is_left_alone(what: str, settings: Settings, tmp_path: Path) -> None:
    """Nobody is followed where the place is not the owner's own directory."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if what == "open":
        folder(settings).mkdir(mode=0o755)
    elif what == "file":
        folder(settings).write_bytes(b"precious")
    else:
        folder(settings).symlink_to(elsewhere)
    assert created(settings) is None
    assert created(settings, whole=False) is None
    assert not list(elsewhere.iterdir())
    assert what != "open" or not list(folder(settings).iterdir())


@pytest.mark.parametrize("what", ["gone", "link"])
def test_who_threw_the_capture_away_wants_none_of_the_children(
    what: str, settings: Settings, tmp_path: Path
) -> None:
    os.unlink(settings.capture)
    if what == "link":
        os.symlink(tmp_path / "x", settings.capture)
    assert created(settings) is None
    assert not folder(settings).exists()


def test_whole_captures_are_few(settings: Settings) -> None:
    """Brief ones do not count among them."""
    for number in range(children.MOST_WHOLE):
        assert created(settings, f"{number + 1}.1", whole=False)
        assert created(settings, f"{number + 1}.1")
    assert created(settings) is None
    assert created(settings, whole=False)


def test_brief_captures_are_few_where_nobody_sums_them_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "MOST_BRIEF", 2)
    assert all(created(settings, f"{number}.1", whole=False) for number in range(1, 5))
    settings.launcher = "0x"
    assert created(settings, whole=False) is None
