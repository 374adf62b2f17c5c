"""
The fault matrix: a program bare and under a profiler, compared in four ways.

Its exit status, its standard output and its standard error are to be those it has
bare, and what was measured is to be readable.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.faults import Fault

TIMEOUT_S = 60
NAMES = ("exit", "stdout", "stderr", "data")

_PASSING = re.compile(rb"(0x|pid=|started )[0-9a-f]+")
"""Addresses and numbers of processes, which differ from run to run."""


@dataclass(frozen=True, slots=True)
class Profiler:
    """
    How a program is run: `command` comes before it, `reads` says whether its data can be read.

    The command's words may name `{capture}` and `{python}`.  One that `starts_python` may
    be given an interpreter with options; others are modules that the options come before.
    """

    name: str
    command: tuple[str, ...]
    reads: Callable[[Path], bool]
    starts_python: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one fault; `why` says in a line what differed."""

    fault: str
    exit: bool
    stdout: bool
    stderr: bool
    data: bool
    why: str

    @property
    def holds(self) -> tuple[bool, bool, bool, bool]:
        """The four of them."""
        return self.exit, self.stdout, self.stderr, self.data


@dataclass(frozen=True, slots=True)
class Said:
    """How a process ended, and what it said."""

    code: int | None
    out: bytes
    err: bytes


def _run(command: list[str], fault: Fault, folder: Path) -> Said:
    """Return how *command* ends in a new work folder of *folder*, and what it says."""
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "fault.py").write_text(fault.text)
    env = {**os.environ, **fault.env}
    with subprocess.Popen(
        [*fault.within, *command],
        cwd=work,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    ) as process:
        try:
            out, err = process.communicate(b"input\n", TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return Said(None, *process.communicate())
    return Said(process.returncode, _PASSING.sub(rb"\1", out), _PASSING.sub(rb"\1", err))


def can_run(fault: Fault, folder: Path) -> bool:
    """Tell whether what *fault* runs within is to be had here."""
    if not fault.within:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [*fault.within, sys.executable, "-c", ""], cwd=folder, capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def compare(fault: Fault, python: str, profiler: Profiler, folder: Path) -> Row:
    """Run *fault* by *python* bare, then under *profiler*, both in *folder*."""
    capture = folder / "capture"
    program = [*fault.options, "fault.py"]
    words = [word.format(capture=capture, python=python) for word in profiler.command]
    if profiler.starts_python and fault.options:
        command = [*words, python, *program]
    elif profiler.starts_python:
        command = [*words, "fault.py"]
    else:
        command = [words[0], *fault.options, *words[1:], "fault.py"]
    bare = _run([python, *program], fault, folder)
    assert bare.out.startswith((b"holding", b"hello")), f"{fault.name} never began"
    capture.unlink(missing_ok=True)
    seen = _run(command, fault, folder)
    data = profiler.reads(capture)
    told = []
    ended = bare.code == seen.code
    if not ended:
        told.append(f"ended with {seen.code}, bare {bare.code}")
    out = _same("stdout", bare.out, seen.out, told)
    err = (fault.says_times and ended) or _same("stderr", bare.err, seen.err, told)
    if not data:
        told.append("nothing to be read")
    return Row(fault.name, ended, out, err, data, "; ".join(told))


def _same(name: str, bare: bytes, seen: bytes, told: list[str]) -> bool:
    """Tell whether *bare* and *seen* are one; if not, say so in *told*."""
    if bare != seen:
        told.append(f"{name} {seen[-160:]!r}, bare {bare[-160:]!r}")
    return bare == seen
