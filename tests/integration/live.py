"""Programs that go on until they are told to stop: wait for a line, then speak to them."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.running import MEMPROF

TIMEOUT_S = 60


@contextmanager
def running(
    options: Sequence[str | Path], args: Sequence[str | Path], cwd: Path
) -> Iterator[subprocess.Popen[str]]:
    """Run `memprof run *options* *args*` in *cwd*; it is killed if it outlives the test."""
    process = subprocess.Popen(
        [*MEMPROF, "run", *options, *args],
        cwd=cwd,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def port_of(process: subprocess.Popen[str]) -> int:
    """Wait until *process* prints the port it listens on."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"port (\d+)", line)
        if found:
            return int(found[1])
    message = "the program ended before it listened"
    raise AssertionError(message)


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Send SIGINT as a terminal does, to the whole group; return status and stderr."""
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, stderr


def document(path: Path) -> dict[str, Any]:
    """Return the JSON document at *path*; nothing of memprof's may have failed."""
    found: dict[str, Any] = json.loads(path.read_text("ascii"))
    errors = found["capture"]["agent_errors"]
    assert errors == [], errors
    return found
