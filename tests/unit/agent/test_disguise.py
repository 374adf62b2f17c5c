"""The target finds tracemalloc as it would bare: off until it starts it itself."""

from pathlib import Path

import pytest
from unit.agent.isolated import isolated

_PREPARE = """
import _tracemalloc
real = {name: getattr(_tracemalloc, name) for name in dir(_tracemalloc)}
from memprof.agent.disguise import Disguise
gaps = []
empty = _tracemalloc.get_tracemalloc_memory()
disguise = Disguise(2, lambda what, detail: gaps.append((what, detail)))
disguise.put_on()
import tracemalloc
"""


def disguised(code: str, cwd: Path, *options: str) -> str:
    """Run *code* in a process that is traced in disguise."""
    return isolated(_PREPARE + code, cwd, *options)


def test_nothing_seems_traced(tmp_path: Path) -> None:
    code = """
assert real["is_tracing"]() and real["get_traceback_limit"]() == 2
assert not tracemalloc.is_tracing()
assert tracemalloc.get_traced_memory() == (0, 0)
assert tracemalloc.get_tracemalloc_memory() == empty
assert tracemalloc.get_traceback_limit() == 1
assert tracemalloc.get_object_traceback([]) is None
assert _tracemalloc._get_traces() == []
tracemalloc.clear_traces()
tracemalloc.reset_peak()
tracemalloc.stop()
try:
    tracemalloc.take_snapshot()
except RuntimeError as error:
    print(error)
assert gaps == []
"""
    assert "must be tracing" in disguised(code, tmp_path)


def test_a_target_that_traces_gets_what_it_asked_for(tmp_path: Path) -> None:
    code = """
tracemalloc.start(7)
assert tracemalloc.is_tracing() and tracemalloc.get_traceback_limit() == 7
tracemalloc.start(3)
assert tracemalloc.get_traceback_limit() == 7
one = bytes(1000)
assert tracemalloc.get_object_traceback(one) is not None
assert tracemalloc.get_traced_memory()[0] >= 1000
tracemalloc.stop()
assert not tracemalloc.is_tracing()
assert real["is_tracing"]() and real["get_traceback_limit"]() == 2
print(gaps)
"""
    said = disguised(code, tmp_path)
    assert said == "[('tracing-restarted', '<string>:11'), ('tracing-restarted', '<string>:18')]\n"


@pytest.mark.parametrize("call", ["start(0)", "start(-1)", "start(1 << 40)", "start('x')"])
def test_a_refused_start_raises_as_bare_and_leaves_us_tracing(call: str, tmp_path: Path) -> None:
    code = f"""
try:
    tracemalloc.{call}
except Exception as error:
    print(type(error).__name__, error)
assert not tracemalloc.is_tracing()
assert real["is_tracing"]() and real["get_traceback_limit"]() == 2
"""
    bare = f"""
import tracemalloc
try:
    tracemalloc.{call}
except Exception as error:
    print(type(error).__name__, error)
"""
    assert disguised(code, tmp_path) == isolated(bare, tmp_path) != ""


def test_cleared_traces_are_a_gap(tmp_path: Path) -> None:
    code = """
tracemalloc.start()
tracemalloc.clear_traces()
assert [what for what, _ in gaps] == ["tracing-restarted", "tracing-cleared"]
"""
    disguised(code, tmp_path)


def test_what_the_user_asked_the_interpreter_for_stays_visible(tmp_path: Path) -> None:
    code = """
assert tracemalloc.is_tracing() and tracemalloc.get_traceback_limit() == 4
disguise.take_off()
assert tracemalloc.is_tracing()
assert gaps == []
"""
    disguised(code, tmp_path, "-X", "tracemalloc=4")


def test_taken_off_all_is_as_it_was(tmp_path: Path) -> None:
    code = """
disguise.take_off()
assert {name: getattr(_tracemalloc, name) for name in dir(_tracemalloc)} == real
assert not tracemalloc.is_tracing()
"""
    disguised(code, tmp_path)


def test_functions_bear_their_names(tmp_path: Path) -> None:
    code = """
for name in ("start", "stop", "is_tracing", "_get_traces"):
    one = getattr(_tracemalloc, name)
    assert (one.__name__, one.__module__) == (name, "_tracemalloc")
"""
    disguised(code, tmp_path)
