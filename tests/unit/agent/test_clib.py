"""What C knows of the allocators, beside what psutil and the interpreter say."""

import subprocess
import sys
import threading

import psutil
import pytest

from memprof.agent import clib, pools

_TWICE = """
import sys
from memprof.agent import clib
text = clib.pymalloc_statistics()
sys.stdout.write(text)
sys.stdout.flush()
sys._debugmallocstats()
"""


def test_statistics_are_those_the_interpreter_prints() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TWICE], capture_output=True, text=True, check=True, timeout=30
    )
    ours, theirs = pools.read(done.stdout), pools.read(done.stderr)
    assert ours is not None
    assert theirs is not None
    assert ours["arenas"] == theirs["arenas"]
    # Between the two looks the text itself was made.
    assert abs(ours["used_bytes"] - theirs["used_bytes"]) < 100_000
    assert len(ours["size_classes"]) == pytest.approx(len(theirs["size_classes"]), abs=1)


def test_looking_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert clib.pymalloc_statistics()
    assert capfd.readouterr() == ("", "")


def test_statistics_are_there_while_tracing_and_tracing_goes_on() -> None:
    code = (
        "import tracemalloc\n"
        "from memprof.agent import clib\n"
        "tracemalloc.start()\n"
        "assert clib.pymalloc_statistics()\n"
        "before = tracemalloc.get_traced_memory()[0]\n"
        "kept = bytes(100_000)\n"
        "assert tracemalloc.get_traced_memory()[0] - before >= 100_000\n"
        "del kept\n"
        "assert tracemalloc.get_traced_memory()[0] - before < 50_000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_without_pymalloc_there_are_no_statistics() -> None:
    code = "from memprof.agent import clib; assert clib.pymalloc_statistics() is None"
    subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=30, env={"PYTHONMALLOC": "malloc"}
    )


@pytest.mark.skipif(not hasattr(psutil, "heap_info"), reason="psutil cannot tell here")
def test_malloc_in_use_is_what_psutil_says() -> None:
    used, held = clib.malloc_in_use()
    theirs = psutil.heap_info()
    assert used == pytest.approx(theirs.heap_used + theirs.mmap_used, abs=1 << 20)
    assert held is not None
    assert held >= 0


def test_malloc_in_use_follows_a_large_block() -> None:
    before, _ = clib.malloc_in_use()
    if before is None:
        pytest.skip("nobody can tell here")
    block = bytes(50_000_000)
    during, _ = clib.malloc_in_use()
    del block
    after, _ = clib.malloc_in_use()
    assert during - before >= 50_000_000
    assert abs(after - before) < 1_000_000


def test_trim_may_be_called_at_any_time() -> None:
    clib.trim()


def test_later_calls_before_long_in_the_main_thread() -> None:
    called = threading.Event()
    soon = clib.later(called.set)
    if soon is None:
        pytest.skip("nobody can be asked here")
    assert soon()
    assert called.wait(10)


def test_a_missing_function_is_none() -> None:
    assert clib.function("memprof_has_no_such_function", clib.Integer) is None


def test_names_are_told_from_what_came_in() -> None:
    assert clib.is_spelled("name_in_the_code")
    assert not clib.is_spelled("secret".upper())
    assert not clib.is_spelled(7)


_OPENS = """
import os, resource, sys
low, high = {limit}, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (low, high))
sys.modules.pop("_ctypes", None)

class Library:
    "What a library that keeps its own file open does when it is loaded."
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "_ctypes":
            opened.append(os.open(os.devnull, os.O_RDONLY))
            os.set_inheritable(opened[0], True)

opened, before = [], set(os.listdir("/proc/self/fd"))
sys.meta_path.insert(0, Library)
from memprof.agent import clib
after = set(os.listdir("/proc/self/fd"))
# The library that is there may open its own as well.
assert min(map(int, after - before)) == opened[0], (before, after)
assert not os.get_inheritable(opened[0])
print(opened[0])
"""


@pytest.mark.parametrize(("limit", "place"), [(4096, 1009), (64, 63)])
def test_what_the_library_opens_is_out_of_the_way(limit: int, place: int) -> None:
    """As libffi 3.8 does, which keeps its own file open."""
    done = subprocess.run(
        [sys.executable, "-c", _OPENS.format(limit=limit)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert int(done.stdout) == place
