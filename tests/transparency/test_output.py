"""Whatever a program's streams are, it finds them and leaves them as it would bare."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import pytest
from support.running import MEMPROF, TIMEOUT_S, run_both, run_memprof

WRITES = "import sys\nfor number in range(100_000): print('line', number)\n"
SAYS = """
import os, sys
streams = [s and (s.name, s.encoding, s.errors, s.isatty()) for s in (sys.stdin, sys.stdout)]
print(streams, os.path.exists("/proc/self/fd/0"), flush=True)
print("error", file=sys.stderr)
"""

ODD = {
    "stdout-closed-by-itself": "import sys; sys.stdout.close(); print('lost')",
    "streams-closed": "import os; os.close(1); os.close(2); print('lost')",
    "streams-none": "import sys; sys.stdout = sys.stderr = None; print('lost'); 1 / 0",
    "streams-broken": """
        import sys
        class Broken:
            def write(self, text): raise OSError("no")
            def flush(self): raise OSError("no")
        sys.stdout = sys.stderr = Broken()
        """,
    "stderr-to-stdout": "import sys; sys.stderr = sys.stdout; 1 / 0",
    "stdout-duplicated": "import os; os.dup2(2, 1); print('where')",
    "no-end-of-line": "import sys; sys.stdout.write('no newline')",
    "binary": r"import sys; sys.stdout.buffer.write(bytes(range(256)) * 300)",
    "many-streams": "import os; [os.write(number, b'x') for number in (1, 2)] * 3",
    "unflushed": "import sys, os; sys.stdout.write('kept'); sys.stderr.write('err')",
    "input": "print(input('name? ')); import sys; print(repr(sys.stdin.read()))",
    "end-of-input": "input(); input(); input()",
    "flush-fails": "import os, sys; print('lost'); os.close(1)",
}


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_a_program_that_is_odd_with_its_streams(body: str, cwd: Path) -> None:
    (cwd / "script.py").write_text(dedent(body))
    run_both(["script.py"], cwd=cwd, stdin="first\nsecond\n").assert_same()


def both(run: Callable[[list[str]], object], words: list[str]) -> tuple[object, object]:
    """Return what *run* says of `python *words*` bare and profiled."""
    memprof = [*MEMPROF, "run", "-q", "-f", "-o", "a.memprof"]
    return run([sys.executable, *words]), run([*memprof, *words])


def test_a_reader_who_leaves(cwd: Path) -> None:
    def head(command: list[str]) -> object:
        with subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            first = process.stdout.readline()
            process.stdout.close()
            said = process.stderr.read()
            return first, said, process.wait(TIMEOUT_S)

    bare, profiled = both(head, ["-c", WRITES])
    assert profiled == bare


@pytest.mark.parametrize("words", [["-c", WRITES], ["-c", "print(1)"], ["-c", "1 / 0"]])
def test_a_full_device(words: list[str], cwd: Path) -> None:
    def run(command: list[str]) -> object:
        with ExitStack() as stack:
            full = stack.enter_context(open("/dev/full", "wb"))
            done = subprocess.run(
                command, cwd=cwd, stdout=full, stderr=subprocess.PIPE, check=False
            )
        return done.returncode, done.stderr

    bare, profiled = both(run, words)
    assert profiled == bare


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_streams_that_are_closed_before(closed: tuple[int, ...], cwd: Path) -> None:
    closing = "".join(f" {number}>&-" for number in closed)

    def run(command: list[str]) -> object:
        words = ["sh", "-c", f'exec "$@"{closing}', "sh", *command]
        done = subprocess.run(words, cwd=cwd, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    bare, profiled = both(run, ["-c", SAYS])
    assert profiled == bare


def test_a_terminal(cwd: Path) -> None:
    def run(command: list[str]) -> object:
        master, slave = os.openpty()
        try:
            done = subprocess.run(
                command, cwd=cwd, stdin=slave, stdout=slave, stderr=slave, check=False
            )
            return done.returncode, os.read(master, 10_000)
        finally:
            os.close(master)
            os.close(slave)

    bare, profiled = both(run, ["-c", SAYS])
    assert profiled == bare


def test_input_that_comes_through_a_pipe(cwd: Path) -> None:
    pair = run_both(
        ["-c", "import sys; print(len(sys.stdin.read()))"], cwd=cwd, stdin="x" * 200_000
    )
    pair.assert_same()
    assert pair.bare.stdout == "200000\n"


def test_the_interactive_interpreter(cwd: Path) -> None:
    words = [sys.executable, "-i", "-q", "-c", "a = 1"]
    run_both(
        words, cwd=cwd, bare=words, stdin="print(a)\nb\nimport sys\nsys.exit(4)\n"
    ).assert_same()


def test_the_report_goes_to_stderr_after_the_program(cwd: Path) -> None:
    done = run_memprof([], ["-c", "print('out'); 1 / 0"], cwd=cwd)
    assert (done.code, done.stdout) == (1, "out\n")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.index("ZeroDivisionError: division") < done.stderr.index("memprof: capture")


@pytest.mark.parametrize("closing", ["2>&-", "2>/dev/full", "2>&1 | head -c 1 >/dev/null"])
def test_a_report_nobody_reads_costs_no_status(closing: str, cwd: Path) -> None:
    words = [*MEMPROF, "run", "-f", "-o", "a.memprof", "-c", "raise SystemExit(6)"]
    script = f'set -- "$@"; {{ "$@"; echo $? >status; }} {closing}'
    command = ["sh", "-c", script, "sh", *words]
    subprocess.run(command, cwd=cwd, check=False, timeout=TIMEOUT_S)
    assert (cwd / "status").read_text() == "6\n"
