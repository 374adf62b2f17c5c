"""A program that watches what runs in it: its hooks see nothing of memprof's."""

import sys
from pathlib import Path

import pytest
from support.running import run_both

HEAD = """
import gc, os, sys, threading, time
def linger(seconds=0.3):
    end = time.monotonic() + seconds
    while time.monotonic() < end: time.sleep(0.01)
seen = set()
def see(frame, *_): seen.add(getattr(frame, "f_code", frame).co_filename)
def ours(): print(sorted(name for name in seen if "memprof" in name and "/agent/" in name))
"""

HOOKS = {
    "profile": """
sys.setprofile(see); threading.setprofile(see)
linger(); gc.collect()
sys.setprofile(None)
ours()""",
    "trace": """
def trace(frame, *_):
    see(frame)
    return trace
sys.settrace(trace); threading.settrace(trace)
linger(); gc.collect()
sys.settrace(None)
ours()""",
}

NEWER_HOOKS = {
    "profile-all-threads": """
threading.setprofile_all_threads(see)
linger(); gc.collect()
threading.setprofile_all_threads(None)
ours()""",
    "trace-all-threads": """
threading.settrace_all_threads(see)
linger(); gc.collect()
threading.settrace_all_threads(None)
ours()""",
    "monitoring": """
watch = sys.monitoring
watch.use_tool_id(watch.PROFILER_ID, "test")
watch.register_callback(watch.PROFILER_ID, watch.events.PY_START, see)
watch.set_events(watch.PROFILER_ID, watch.events.PY_START)
linger(); gc.collect()
watch.set_events(watch.PROFILER_ID, 0)
ours()""",
}


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("body", HOOKS.values(), ids=HOOKS)
def test_hooks_of_a_thread(body: str, cwd: Path) -> None:
    run_both(["-c", HEAD + body], cwd=cwd).assert_same()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="what 3.12 brought")
@pytest.mark.parametrize("body", NEWER_HOOKS.values(), ids=NEWER_HOOKS)
def test_hooks_of_all_threads(body: str, cwd: Path) -> None:
    run_both(["-c", HEAD + body], cwd=cwd).assert_same()


THREADS = """
import faulthandler, sys, tempfile, time

def dumped():
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read().count(b"hread 0x"), len(sys._current_frames())

seen = []
for _ in range(200):
    seen.append(dumped())
    time.sleep(0.001)
# While it works it may be met.
print(max(set(seen), key=seen.count))
"""


@pytest.mark.parametrize("engine", ["native", "off"])
def test_who_dumps_all_threads_does_not_meet_one_that_waits(engine: str, tmp_path: Path) -> None:
    pair = run_both(["-c", THREADS], cwd=tmp_path, options=["--engine", engine])
    pair.assert_same()
    assert pair.bare.stdout == "(1, 1)\n"
