"""`memprof repeat` and the library, in real processes."""

import contextlib
import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from support.running import MEMPROF, ended, line_of, run_bare, run_command, started

SHOP = """
import asyncio, os, sys, threading, time

print("imported")
OPEN = []


class Session:
    pass


def clean():
    sys.path


def keeps():
    OPEN.append(Session())


async def keeps_tasks():
    OPEN.append(asyncio.create_task(asyncio.Event().wait()))


def takes(first, second):
    assert (first, second) == (1, 2)


def make():
    return 1, 2


def fails():
    raise LookupError("not there")


def leaves():
    os._exit(5)


def threads():
    threading.Thread(target=threading.Event().wait).start()


def says():
    print("called", flush=True)
    time.sleep(60)


def where():
    assert sys.path[0] in ("", os.getcwd())
    assert sys.argv == ["shop:where"]
    assert "click" not in sys.modules and "psutil" not in sys.modules
    assert "tabulate" not in sys.modules and "asyncio" in sys.modules
"""


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    """Write the module that is tried."""
    (tmp_path / "shop.py").write_text(SHOP)


def test_what_a_clean_function_ends_with(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:clean"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == [
        "imported",
        "CLEAN: shop:clean keeps nothing of its calls",
    ]


def test_the_function_finds_its_own_modules_and_nothing_of_ours(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:where", "--calls", "5"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")


def test_what_a_leak_ends_with(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:keeps", "--json"], cwd=tmp_path)
    assert (done.code, done.stderr) == (1, "")
    document = json.loads(done.stdout.removeprefix("imported\n"))
    assert (document["function"], document["verdict"]) == ("shop:keeps", "LEAK")
    assert document["per_call"][0]["type"] == "shop.Session"
    assert document["per_call"][0]["per_call"] == 1.0
    assert document["sites"][0]["function"] == "keeps"
    assert {held["owner"] for held in document["held"]} == {"shop.OPEN", "shop.OPEN[*]"}


def test_tasks_that_a_call_leaves_are_there_in_the_next_round(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:keeps_tasks"], cwd=tmp_path)
    assert done.code == 1
    assert "+1.00 asyncio.locks.Event" in done.stdout.replace("\n  ", " ")


def test_setup_makes_the_arguments(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:takes", "--setup", "shop:make"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")


def test_threads_that_wait_do_not_keep_it_from_ending(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:threads", "--calls", "2"], cwd=tmp_path)
    assert done.code == 1
    assert "THREADS: shop:threads keeps +1.00 threads" in done.stdout


def test_an_exception_is_shown_as_it_would_be_bare(tmp_path: Path) -> None:
    done = run_command(["repeat", "shop:fails"], cwd=tmp_path)
    assert (done.code, done.stdout) == (3, "imported\n")
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    line = SHOP.splitlines().index("def fails():") + 2
    assert lines[1].endswith(f'shop.py", line {line}, in fails')
    assert "LookupError: not there" in lines
    assert lines[-2] == "memprof: no verdict: shop:fails raised LookupError: not there"


@pytest.mark.parametrize(
    ("function", "code", "message"),
    [
        ("shop:leaves", 3, "ended the process with status 5"),
        ("shop:nothing", 2, "module 'shop' has no 'nothing'"),
        ("nowhere:nothing", 2, "there is no module 'nowhere'"),
    ],
)
def test_no_verdict_is_a_line_and_a_hint(
    function: str, code: int, message: str, tmp_path: Path
) -> None:
    done = run_command(["repeat", function], cwd=tmp_path)
    assert done.code == code
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_interrupted_it_ends_as_a_command_does(tmp_path: Path) -> None:
    with started([*MEMPROF, "repeat", "shop:says"], cwd=tmp_path) as process:
        assert line_of(process.stdout) == "imported"
        assert line_of(process.stdout) == "called"
        os.killpg(process.pid, signal.SIGINT)
        done = ended(process)
    assert (done.code, done.stdout, done.stderr) == (130, "", "")


def until_closed(terminal: int) -> str:
    """Return all that was written to a *terminal* that nobody has open any more."""
    said = b""
    # The kernel hands it over in pieces, and says by an error that there are no more.
    with contextlib.suppress(OSError), open(terminal, "rb", buffering=0) as reads:
        while piece := reads.read(9999):
            said += piece
    return said.decode()


def test_a_terminal_shows_how_long_it_takes(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ndef work(): time.sleep(0.05)\n")
    ours, theirs = pty.openpty()
    command = [*MEMPROF, "repeat", "slow:work", "--calls", "9"]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True
    )
    os.close(theirs)
    said = until_closed(ours)
    assert done.stdout.startswith("CLEAN")
    assert said.startswith("\r\x1b[Kcalling slow:work in rounds: 1 s")
    # Nothing of it is left.
    assert said.endswith("\r\x1b[K")


def test_terminated_it_takes_the_function_along(tmp_path: Path) -> None:
    with started([*MEMPROF, "repeat", "shop:says"], cwd=tmp_path) as process:
        assert line_of(process.stdout) == "imported"
        assert line_of(process.stdout) == "called"
        process.terminate()
        done = ended(process)
    assert done.code == 3
    assert "SIGTERM (15)" in done.stderr


def test_importing_memprof_loads_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; before = set(sys.modules); import memprof; memprof.checkpoint('x');"
        "print(sorted(set(sys.modules) - before))"
    )
    assert run_bare(["-c", code], cwd=tmp_path).stdout == "['memprof']\n"


INSIDE = """
import memprof
from memprof.exact.growth import measure

KEPT = []
print(measure(int).verdict)
print(measure(lambda: KEPT.append(bytes(100))).verdict)
with memprof.trace() as traced:
    KEPT.append([])
print(traced.kept.blocks >= 1, traced.kept.lost)
"""


@pytest.mark.parametrize("engine", ["native", "tracemalloc", "off"])
def test_inside_a_run_the_engine_is_shared(engine: str, tmp_path: Path) -> None:
    (tmp_path / "inside.py").write_text(INSIDE)
    done = run_command(["run", "-q", "--engine", engine, "inside.py"], cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["CLEAN", "LEAK", "True False"]
