"""However a program ends, it ends as it would bare: status, output, every line of a traceback."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest
from support.running import run_both

EXITS = {
    "nothing": "",
    "exit-0": "sys.exit(0)",
    "exit-3": "sys.exit(3)",
    "exit-300": "sys.exit(300)",
    "exit-minus-1": "sys.exit(-1)",
    "exit-none": "sys.exit(None)",
    "exit-true": "sys.exit(True)",
    "exit-huge": "sys.exit(10 ** 30)",
    "exit-message": "sys.exit('good bye')",
    "exit-tuple": "sys.exit(1, 2)",
    "exit-no-text": """
        class Mute:
            def __str__(self):
                raise ValueError("no")
        sys.exit(Mute())""",
    "exit-while-handling": """
        try:
            1 / 0
        except ZeroDivisionError:
            sys.exit(4)""",
    "exit-in-a-thread": """
        thread = threading.Thread(target=sys.exit, args=(5,))
        thread.start()
        thread.join()""",
    "exit-in-atexit": "atexit.register(sys.exit, 6)",
    "exit-builtin": "quit(7)",
    "os-exit": "print('lost', end=''); os._exit(8)",
    "os-exit-keyword": "os._exit(status=9)",
    "os-exit-in-a-thread": """
        threading.Thread(target=os._exit, args=(10,)).start()
        threading.Event().wait()""",
    "posix-exit": "import posix; posix._exit(11)",
    "os-exit-bound-before": "from os import _exit; _exit(12)",
    "os-exit-wrong": """
        try:
            os._exit("status")
        except TypeError as error:
            print(error)""",
    "abort": "os.abort()",
    "exec": "os.execv(sys.executable, [sys.executable, '-c', 'print(1); raise SystemExit(13)'])",
    "exec-environment": """
        code = "import os; print([n for n in os.environ if n.startswith('ME')])"
        os.execve(sys.executable, [sys.executable, "-c", code], {})""",
}

EXCEPTIONS = {
    "plain": "raise ValueError('boom')",
    "in-functions": """
        def outer(depth):
            return outer(depth - 1) if depth else {}["missing"]
        outer(5)""",
    "chained": """
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise KeyError("cause") from error""",
    "in-context": """
        try:
            [][1]
        except IndexError:
            undefined""",
    "with-notes": """
        error = OSError(2, "gone")
        error.add_note("a note")
        raise error""",
    "group": """
        def fail(number):
            raise ValueError(number)
        errors = []
        for number in range(3):
            try:
                fail(number)
            except ValueError as error:
                errors.append(error)
        raise ExceptionGroup("several", [*errors, ExceptionGroup("inner", [TypeError("in")])])""",
    "suggested": "sys.exti",
    "unprintable": """
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError
        raise Odd""",
    "base": """
        class Base(BaseException): pass
        raise Base("base")""",
    "interrupt": "raise KeyboardInterrupt",
    "generator": "next(iter(()))",
    "in-a-thread": """
        thread = threading.Thread(target=lambda: 1 / 0, name="worker")
        thread.start()
        thread.join()""",
    "in-a-raw-thread": """
        import _thread
        done = threading.Event()
        def work():
            try:
                raise ValueError("raw")
            finally:
                done.set()
        _thread.start_new_thread(work, ())
        done.wait()
        while _thread._count() > before: pass""",
    "in-a-finalizer": """
        class Odd:
            def __del__(self):
                raise ValueError("late")
        Odd()""",
    "in-a-finalizer-at-the-end": """
        class Odd:
            def __del__(self, print=print):
                print("finalized", __name__)
        keep = Odd()""",
    "in-a-weak-callback": """
        import weakref
        class One: pass
        one = One()
        reference = weakref.ref(one, lambda _: 1 / 0)
        del one""",
    "in-a-collector-callback": """
        gc.callbacks.append(lambda phase, info: 1 / 0)
        gc.collect()
        gc.callbacks.pop()""",
    "in-atexit": "atexit.register(lambda: 1 / 0)",
    "in-many-atexits": """
        for number in range(3):
            atexit.register(print, number)
        atexit.register(int, "x")""",
    "in-an-excepthook": """
        def hook(*_):
            raise TypeError("hook")
        sys.excepthook = hook
        raise ValueError""",
    "excepthook-exits": """
        def hook(*_):
            print("hook")
            os._exit(9)
        sys.excepthook = hook
        raise ValueError""",
    "recursion": """
        def again(): again()
        again()""",
    "recursion-limit-kept": """
        def depth():
            try:
                return 1 + depth()
            except RecursionError:
                return 1
        print(depth())
        sys.setrecursionlimit(300)
        print(depth())""",
    "recursion-in-repr": "a = []; a.append(a); print(a); import json; json.dumps(a)",
    "memory": "bytearray(1 << 62)",
    "in-asyncio": """
        import asyncio
        async def fail():
            raise ValueError("async")
        asyncio.run(fail())""",
    "never-awaited": """
        async def work(): pass
        work()""",
    "warnings": """
        import warnings
        warnings.warn("careful", DeprecationWarning)
        warnings.warn("resource", ResourceWarning)
        'text' is 'text'""",
    "traced-by-the-target": """
        calls = []
        sys.settrace(lambda frame, event, arg: calls.append(frame.f_code.co_name))
        (lambda: gc.collect())()
        sys.settrace(None)
        print(calls)""",
    "profiled-by-the-target": """
        calls = []
        sys.setprofile(lambda frame, event, arg: calls.append((frame.f_code.co_name, event)))
        gc.collect()
        sys.setprofile(None)
        print(calls)""",
    "tracing-wrong": """
        import tracemalloc
        for wrong in (0, -1, 1 << 40, "x"):
            try:
                tracemalloc.start(wrong)
            except Exception as error:
                print(type(error), error)
        print(tracemalloc.is_tracing())""",
    "tracing": """
        import tracemalloc
        tracemalloc.start(3)
        data = [bytes(1000) for _ in range(10)]
        print(tracemalloc.get_traceback_limit(), len(tracemalloc.get_object_traceback(data)))
        size = tracemalloc.get_traced_memory()[0]
        print(10_000 < size < 30_000)
        tracemalloc.clear_traces()
        print(tracemalloc.get_traced_memory()[0] < 2000)
        tracemalloc.stop()
        print(tracemalloc.is_tracing(), tracemalloc.get_object_traceback(data))
        tracemalloc.take_snapshot()""",
}

# 3.11 counts calls of C functions: at the limit it cannot call anybody's
# callback, and says so.
COLLECTIONS_AT_THE_LIMIT = {
    "automatic": """
        gc.set_threshold(10)
        def again(held):
            pair = [], {}
            again([held])
        again(None)""",
    "manual": """
        def again():
            gc.collect(0)
            again()
        again()""",
}

BROKEN = {
    "syntax": "a = (\n",
    "indentation": "if 1:\nb = 2\n",
    "encoding": "# coding: nonsense\n",
    "null": "a = 1\0\n",
    "future": "from __future__ import nonsense\n",
    "empty": "",
}

HEAD = """import _thread, atexit, gc, os, sys, threading
before = _thread._count()
print("begun", flush=True)
"""


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def written(cwd: Path, body: str) -> str:
    """Write a program of *body* into *cwd* and return its name."""
    (cwd / "script.py").write_text(HEAD + dedent(body.removeprefix("\n")) + "\n")
    return "script.py"


@pytest.mark.parametrize("body", EXITS.values(), ids=EXITS)
def test_an_exit(body: str, cwd: Path) -> None:
    run_both([written(cwd, body)], cwd=cwd).assert_same()


@pytest.mark.parametrize("body", EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_an_exception(body: str, cwd: Path) -> None:
    pair = run_both([written(cwd, body)], cwd=cwd)
    pair.assert_same()
    assert pair.profiled.facts.run.agent_errors == ()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="C calls count before 3.12")
@pytest.mark.parametrize("body", COLLECTIONS_AT_THE_LIMIT.values(), ids=COLLECTIONS_AT_THE_LIMIT)
def test_collections_at_the_recursion_limit(body: str, cwd: Path) -> None:
    run_both([written(cwd, body)], cwd=cwd).assert_same()


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_script_that_cannot_be_run(text: str, cwd: Path) -> None:
    (cwd / "script.py").write_text(text)
    run_both(["script.py"], cwd=cwd).assert_same()


@pytest.mark.parametrize(
    "args",
    [
        *(["-m", "nothing_of_that_name"], ["-m", "json"], ["-m", "broken"], ["-c", "1 +"]),
        *(["-c", "1 / 0"], ["-m", "os.path.nothing"], ["-m", ""], ["empty.zip"]),
    ],
    ids=" ".join,
)
def test_what_python_itself_refuses(args: list[str], cwd: Path) -> None:
    (cwd / "broken.py").write_text("import nothing_of_that_name\n")
    (cwd / "empty.zip").write_bytes(b"PK\5\6" + bytes(18))
    run_both(args, cwd=cwd).assert_same()


@pytest.mark.parametrize("options", [["-Xdev"], ["-Xdev", "-Xtracemalloc"], ["-Wdefault"]])
def test_what_development_mode_says(options: list[str], cwd: Path) -> None:
    """`Enable tracemalloc to get the object allocation traceback`, where it is not enabled."""
    body = """
        def leave():
            file = open(__file__)
            file.tell()
        leave()
        async def work(): pass
        work()
        import socket
        socket.socket()
        """
    words = [sys.executable, *options, written(cwd, body)]
    run_both(words, cwd=cwd, bare=words).assert_same()
