"""What C knows of the allocators, beside what psutil and the interpreter say."""

import os
import subprocess
import sys
import threading
from pathlib import Path

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
    assert clib._function("memprof_has_no_such_function", clib._Integer) is None  # noqa: SLF001


@pytest.fixture(params=[True, False], ids=["by C", "by Python"])
def _files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have descriptors looked at by C functions, and where there are none."""
    monkeypatch.setattr(clib, "_HAS_FILES", clib._HAS_FILES and request.param)  # noqa: SLF001


@pytest.mark.usefixtures("_files")
def test_a_descriptor_is_written_to_and_closed_only_while_it_is_the_same_file(
    tmp_path: Path,
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    first, second = os.open(ours, flags), os.open(theirs, flags)
    file = clib.identity(first)
    assert clib.identity(second) not in {None, file}
    assert clib.append(first, file, b"one\n") == 4
    os.dup2(second, first)
    assert clib.append(first, file, b"two\n") is None
    clib.close(first, file)
    clib.close(second, clib.identity(second))
    assert clib.identity(second) is None
    assert clib.append(second, file, b"three\n") is None
    os.close(first)
    assert (ours.read_bytes(), theirs.read_bytes()) == (b"one\n", b"")


def test_what_the_system_refuses_is_told() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    assert clib.append(descriptor, clib.identity(descriptor), b"one\n") == -1
    os.close(descriptor)


def test_a_duplicate_is_high_and_not_inherited() -> None:
    number = clib.duplicate(0, 100)
    assert number >= 100
    assert not os.get_inheritable(number)
    os.close(number)
    assert clib.duplicate(0, 1 << 30) == -1


def test_no_byte_lands_in_a_file_that_takes_the_place_meanwhile(tmp_path: Path) -> None:
    """The system's calls of others run beside ours: what is looked at is what is written to."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    kept, second = os.open(ours, flags), os.open(theirs, flags)
    number = os.dup(kept)
    file = clib.identity(kept)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            clib.append(number, file, b"x")

    writer = threading.Thread(target=write)
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        writer.start()
        turns = 0
        while turns < 5000 or not ours.stat().st_size:
            os.dup2(second, number)
            os.dup2(kept, number)
            turns += 1
    finally:
        over.set()
        writer.join()
        sys.setswitchinterval(switch)
        for one in (kept, second, number):
            os.close(one)
    assert theirs.stat().st_size == 0


def test_names_are_told_from_what_came_in() -> None:
    assert clib.is_spelled("name_in_the_code")
    assert not clib.is_spelled("secret".upper())
    assert not clib.is_spelled(7)
