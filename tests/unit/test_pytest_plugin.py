"""The door: what it adds to pytest, and that it is light."""

import subprocess
import sys

import pytest


def test_options_marker_and_fixture_are_known(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest_subprocess("--help").stdout.str()
    for word in (
        "--memprof ",
        "--memprof-top=N",
        "--memprof-time=TIME",
        "memprof_growth",
        "memprof_limit",
    ):
        assert word in text
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.memprof(growth=*"]
    )
    pytester.runpytest_subprocess("--fixtures").stdout.fnmatch_lines(["memprof -- *"])


def test_the_door_loads_nothing_else() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import memprof.pytest_plugin;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['memprof', 'memprof.pytest_plugin']"
