"""The environment that opens the door for one child, and changes nothing else."""

import os

from memprof.agent import settings as treaty
from memprof.launch.door import BOOT, environment

SETTINGS = {"engine": "off", "depth": "3", "interval": "0.5", "cycles": "1"}


def opened(**base: str) -> dict[str, str]:
    """Return *base* with the door opened."""
    return environment(base, "app.py", "/captures/a.memprof", SETTINGS)


def test_the_door_is_a_folder_with_one_sitecustomize() -> None:
    """And what it says where nobody can enter."""
    found = {name for name in os.listdir(BOOT) if not name.endswith((".pyc", "__pycache__"))}
    assert found == {"sitecustomize.py", "unfollowed.py"}
    assert os.path.isabs(BOOT)


def test_what_the_agent_must_know() -> None:
    env = opened()
    assert env == {
        "PYTHONPATH": BOOT,
        "MEMPROF_CAPTURE": "/captures/a.memprof",
        "MEMPROF_LABEL": "app.py",
        "MEMPROF_LAUNCHER": str(os.getpid()),
        "MEMPROF_ENGINE": "off",
        "MEMPROF_DEPTH": "3",
        "MEMPROF_INTERVAL": "0.5",
        "MEMPROF_CYCLES": "1",
    }
    read = treaty.Settings(env)
    assert (read.engine, read.depth, read.interval_s, read.cycles) == ("off", 3, 0.5, True)


def test_children_are_followed_by_a_token() -> None:
    env = environment({}, "app.py", "/captures/a.memprof", SETTINGS, "0123456789abcdef")
    assert env["MEMPROF_CHILDREN"] == "/captures/a.memprof.children"
    assert env["MEMPROF_RUN"] == "0123456789abcdef"
    inside = environment(env, "app.py", "/captures/b.memprof", SETTINGS)
    assert not {"MEMPROF_CHILDREN", "MEMPROF_RUN"} & set(inside)


def test_the_rest_of_the_environment_stays() -> None:
    env = opened(HOME="/home/a", EMPTY="", ODD="\udcff")
    assert (env["HOME"], env["EMPTY"], env["ODD"]) == ("/home/a", "", "\udcff")


def test_the_door_comes_first_on_the_path() -> None:
    assert opened(PYTHONPATH="/a:/b")["PYTHONPATH"] == f"{BOOT}:/a:/b"


def test_an_empty_path_counts_as_unset_and_an_empty_part_does_not() -> None:
    assert opened(PYTHONPATH="")["PYTHONPATH"] == BOOT
    assert opened(PYTHONPATH=":")["PYTHONPATH"] == f"{BOOT}::"
    assert opened(PYTHONPATH="/a:")["PYTHONPATH"] == f"{BOOT}:/a:"


def test_another_runs_words_do_not_go_on() -> None:
    env = opened(MEMPROF_TARGET="17", MEMPROF_LAUNCHER="16", MEMPROF_CAPTURE="/other")
    assert "MEMPROF_TARGET" not in env
    assert env["MEMPROF_LAUNCHER"] == str(os.getpid())
    assert env["MEMPROF_CAPTURE"] == "/captures/a.memprof"


def test_the_given_environment_is_not_changed() -> None:
    base = {"PYTHONPATH": "/a"}
    environment(base, "app.py", "/captures/a.memprof", SETTINGS)
    assert base == {"PYTHONPATH": "/a"}
