"""Ends that skip atexit are told first; the functions look as they did."""

from pathlib import Path

import pytest
from unit.agent.isolated import isolated

_PREPARE = """
import os, posix, sys
from memprof.agent import endings

class Session:
    def end(self, reason, code=None):
        sys.stdout.write(f"end {reason}\\n")
        sys.stdout.flush()
    def before_fork(self):
        os.write(1, b"before\\n")
    def after_fork_in_parent(self):
        os.write(1, b"parent\\n")
    def after_fork_in_child(self):
        os.write(1, b"child\\n")

endings.watch(Session())
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "end exit\n"),
        ("import atexit; atexit.register(print, 'theirs')", "theirs\nend exit\n"),
        ("os._exit(0)", "end _exit\n"),
        ("posix._exit(status=0)", "end _exit\n"),
    ],
)
def test_the_session_is_told(code: str, said: str, tmp_path: Path) -> None:
    assert isolated(_PREPARE + code, tmp_path) == said


def test_forks_are_told_on_both_sides(tmp_path: Path) -> None:
    code = """
pid = os.fork()
if not pid:
    os.execv("/bin/true", ["true"])
os.waitpid(pid, 0)
"""
    said = isolated(_PREPARE + code, tmp_path).splitlines()
    assert said[0] == "before"
    assert sorted(said[1:]) == ["child", "end exit", "parent"]


def test_the_functions_look_as_they_did(tmp_path: Path) -> None:
    code = """
for name in ("_exit", "abort"):
    for module in (os, posix):
        one = getattr(module, name)
        assert (one.__name__, one.__qualname__, one.__module__) == (name, name, "posix")
"""
    isolated(_PREPARE + code, tmp_path)
