"""The first record says what is measured, and how."""

import sys

from memprof.agent import hello
from memprof.agent.settings import CAPTURE, LABEL, Settings
from memprof.agent.wire import FORMAT


def test_fields() -> None:
    settings = Settings({CAPTURE: "x", LABEL: "app.py", "MEMPROF_DEPTH": "3"})
    found = hello.fields(settings, (4, 3), ("tracemalloc", "not built"), 17, "9.9")
    assert (found["format"], found["clock_ns"], found["memprof"]) == (FORMAT, 17, "9.9")
    assert found["python"] == sys.version.split()[0].rstrip("+")
    assert (found["pid"], found["ppid"]) == (4, 3)
    assert (found["role"], found["command"], found["run"]) == ("root", "app.py", "")
    assert (found["target"], found["depth"], found["interval_s"]) == ("app.py", 3, None)
    assert (found["engine"], found["engine_note"]) == ("tracemalloc", "not built")
    assert found["free_threaded"] is False
