"""Real processes: a program bare and under memprof, and memprof's own commands."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from memprof.capture.reader import read
from memprof.model.facts import Facts

TIMEOUT_S = 60
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Result:
    """
    How a process ended and what it said; `code` is negative for a signal.

    Output that is not UTF-8 keeps its bytes as surrogates.
    """

    code: int
    stdout: str
    stderr: str
    capture: Path | None = None

    @property
    def facts(self) -> Facts:
        """What the capture says, read anew at each look."""
        assert self.capture is not None, "this process left no capture"
        return read(self.capture)


def run_bare(
    args: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_s: float = TIMEOUT_S,
) -> Result:
    """Run `python *args*` in *cwd*, with *env* added to the environment."""
    return _run([sys.executable, *args], cwd, env, stdin, timeout_s)


def run_memprof(  # noqa: PLR0913  (as run_bare, and the options)
    options: Sequence[str | Path],
    args: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_s: float = TIMEOUT_S,
) -> Result:
    """Run `memprof run *options* *args*` as `run_bare`; its capture is test.memprof in *cwd*."""
    capture = cwd / "test.memprof"
    command = [*MEMPROF, "run", "-o", capture, *options, *args]
    done = _run(command, cwd, env, stdin, timeout_s)
    return Result(done.code, done.stdout, done.stderr, capture if capture.exists() else None)


def run_command(
    words: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Result:
    """Run `memprof *words*` in *cwd*."""
    return _run([*MEMPROF, *words], cwd, env, "", timeout_s)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same program bare and under memprof."""

    bare: Result
    profiled: Result

    def assert_same(self) -> None:
        """Assert that nobody can tell the two apart, and that memprof was there."""
        profiled, bare = shown(self.profiled), shown(self.bare)
        assert profiled == bare, f"{profiled}\nis not as bare\n{bare}"
        assert self.profiled.facts.snapshots


def run_both(  # noqa: PLR0913  (as run_bare, and the options)
    args: Sequence[str | Path],
    *,
    cwd: Path,
    options: Sequence[str | Path] = (),
    bare: Sequence[str | Path] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_s: float = TIMEOUT_S,
) -> Pair:
    """
    Run `python *args*` and `memprof run -q *options* *args*` in *cwd*.

    *bare* is the whole bare command where it is not that of *args*.  The
    capture is beside *cwd*, so that the program finds the same in it.
    """
    command = [sys.executable, *args] if bare is None else bare
    bare_result = _run(command, cwd, env, stdin, timeout_s)
    capture, command = _profiled(args, cwd, options)
    done = _run(command, cwd, env, stdin, timeout_s)
    return Pair(bare_result, Result(done.code, done.stdout, done.stderr, capture))


def _profiled(
    args: Sequence[str | Path], cwd: Path, options: Sequence[str | Path]
) -> tuple[Path, list[str | Path]]:
    """Return a capture beside *cwd*, and the command that writes it while *args* run."""
    capture = cwd.parent / f"{cwd.name}.memprof"
    return capture, [*MEMPROF, "run", "-q", "-f", "-o", capture, *options, *args]


@contextmanager
def watched(
    args: Sequence[str | Path],
    *,
    cwd: Path,
    options: Sequence[str | Path] = (),
    env: Mapping[str, str] | None = None,
) -> "Iterator[tuple[subprocess.Popen[bytes], Path]]":
    """Start `memprof run -q *args*` in a group of its own; yield the process and its capture."""
    capture, command = _profiled(args, cwd, options)
    with started(command, cwd=cwd, env=env) as process:
        yield process, capture


@contextmanager
def started(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
) -> "Iterator[subprocess.Popen[bytes]]":
    """Start *command* in a process group of its own, of which nothing is left at the end."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        bufsize=0,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def line_of(stream: IO[bytes] | None, timeout_s: float = TIMEOUT_S) -> str:
    """Return the next line of a pipe without a buffer: a program says that it got somewhere."""
    assert stream is not None
    assert select.select([stream], [], [], timeout_s)[0], "nothing is said"
    return _text(stream.readline()).rstrip("\n")


def ended(process: "subprocess.Popen[bytes]", timeout_s: float = TIMEOUT_S) -> Result:
    """Wait for the end of *process*, whose stdin stays open; return what it had left to say."""
    code = process.wait(timeout_s)
    assert process.stdout is not None
    assert process.stderr is not None
    return Result(code, _text(process.stdout.read()), _text(process.stderr.read()))


def shown(result: Result) -> tuple[int, str, str]:
    """Return what a user sees of *result*; addresses and process ids have no digits."""
    texts = (result.stdout, result.stderr)
    out, err = (re.sub(r"(0x|pid=)[0-9a-f]+", r"\1", text) for text in texts)
    return result.code, out, err


def _text(data: bytes) -> str:
    """Return *data* as text; what is not UTF-8 as surrogates."""
    return data.decode("utf-8", "surrogateescape")


MEMPROF = (sys.executable, "-m", "memprof")


def _run(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str] | None,
    stdin: str,
    timeout_s: float,
) -> Result:
    """Run *command* to its end."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=timeout_s,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)
