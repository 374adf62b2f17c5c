"""Children run unharmed, and never write into their parent's capture."""

import os
import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from support.forking import STORM
from support.running import CHECKOUT, Pair, run_both

from memprof.capture.tree import read_tree

FAMILIES = CHECKOUT / "tests" / "targets" / "manners" / "families.py"

FORKS = {
    "one": """
        pid = os.fork()
        if pid:
            print(os.waitpid(pid, 0)[1], flush=True)
        else:
            held = [bytearray(1000) for _ in range(2000)]
            print("child", flush=True)""",
    "child-exits": """
        pid = os.fork()
        if not pid:
            os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))""",
    "child-raises": """
        pid = os.fork()
        if not pid:
            raise ValueError("child")
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))""",
    "child-aborts": """
        pid = os.fork()
        if not pid:
            os.abort()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))""",
    "child-execs": """
        pid = os.fork()
        if not pid:
            os.execv(sys.executable, [sys.executable, "-c", "print('executed')"])
        os.waitpid(pid, 0)""",
    "child-of-a-child": """
        if not os.fork():
            if not os.fork():
                print("grandchild", flush=True)
                os._exit(0)
            os.wait()
            os._exit(0)
        print(os.wait()[1])""",
    "parent-goes-first": """
        read, write = os.pipe()
        if os.fork():
            os._exit(3)
        os.close(write)
        held = [bytearray(1000) for _ in range(2000)]
        gc.collect()""",
    "daemon": """
        if os.fork():
            os.wait()
            sys.exit(0)
        os.setsid()
        os.closerange(3, 2000)
        for number in range(100):
            gc.collect()
        sys.exit(0)""",
    "in-a-thread": """
        def work():
            pid = os.fork()
            if not pid:
                print("child", threading.active_count(), flush=True)
                os._exit(5)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        import warnings
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()""",
    "threads-at-once": """
        def work():
            for number in range(20):
                pid = os.fork()
                if not pid:
                    os._exit(0)
                os.waitpid(pid, 0)
        import warnings
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print("all")""",
    "only-thread-ends": """
        def work():
            pid = os.fork()
            if not pid:
                print("child", flush=True)
                return
            print(os.waitpid(pid, 0)[1])
        import warnings
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()""",
    "only-thread-forks-and-leaves": """
        def work():
            pid = os.fork()
            if not pid:
                pid = os.fork()
                if pid:
                    print("grandchild", os.waitpid(pid, 0)[1], flush=True)
                sys.exit(3)
            print(os.waitpid(pid, 0)[1])
        import warnings
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()""",
    "child-traces": """
        import tracemalloc
        pid = os.fork()
        if not pid:
            print(tracemalloc.is_tracing())
            tracemalloc.start(2)
            held = bytearray(10000)
            print(tracemalloc.get_traced_memory()[0] >= 10000, flush=True)
            tracemalloc.stop()
            os._exit(0)
        os.waitpid(pid, 0)""",
    "child-collects": """
        pid = os.fork()
        if not pid:
            print(gc.isenabled(), gc.get_debug(), gc.collect() >= 0, flush=True)
            os._exit(0)
        os.waitpid(pid, 0)""",
    "system": "print(os.system('exit 3'), flush=True)",
    "popen": "print(os.popen('echo out').read())",
    "spawn": "print(os.spawnv(os.P_WAIT, sys.executable, [sys.executable, '-c', 'exit(4)']))",
    "posix-spawn": """
        pid = os.posix_spawn(sys.executable, [sys.executable, "-c", "exit(5)"], os.environ)
        print(os.waitpid(pid, 0)[1])""",
    "subprocess": """
        import subprocess
        code = "import sys, gc; print(sys.argv, sys.path, gc.isenabled()); exit(6)"
        done = subprocess.run([sys.executable, "-c", code], close_fds=False)
        print(done.returncode)""",
    "subprocess-preexec": """
        import subprocess
        print(subprocess.run(["true"], preexec_fn=os.getpid, close_fds=True).returncode)""",
    "terminal": """
        import pty
        pid, descriptor = pty.fork()
        if not pid:
            print("on a terminal", os.isatty(0), flush=True)
            os._exit(0)
        said = b""
        while not said.endswith(b"\\n"):
            said += os.read(descriptor, 100)
        print(said, os.waitpid(pid, 0)[1])""",
    "asyncio": """
        import asyncio
        async def main():
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", "exit(7)")
            print(await process.wait())
        asyncio.run(main())""",
}

LEFT_ALONE = {
    "forked": """
        pid = os.fork()
        if not pid:
            print(len(gc.callbacks), threading.active_count(), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)""",
    "started": """
        import subprocess
        code = "import sys, gc; print(len(sys.modules), gc.callbacks, sys.path); exit(6)"
        done = subprocess.run([sys.executable, "-c", code], close_fds=False)
        print(done.returncode)""",
}

PIDS = re.compile(rb'"pid":(\d+),"ppid"')


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    """Return an empty directory whose parent is empty too."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def assert_one_writer(pair: Pair) -> None:
    """Assert that one agent wrote each capture, and nothing was torn by another."""
    capture = pair.profiled.capture
    assert capture is not None
    # The target's own comes first; the launcher folds the others in behind it.
    own, *folded = capture.read_bytes().split(b'["process",')
    for text in (own, *folded):
        assert text.count(b'"hello"') == 1
    assert len(PIDS.findall(own)) == 1
    tree = read_tree(capture)
    for facts in (tree.root, *(one.facts for one in tree.processes if one.facts is not None)):
        assert facts.run.damaged_records == facts.run.lost_records == 0
        assert facts.run.agent_errors == ()
        assert [one.number for one in facts.snapshots] == list(range(len(facts.snapshots)))
    left = set(os.listdir(capture.parent)) - {"work", capture.name}
    # One that outlived the target, and will be read where it is.
    assert left <= {f"{capture.name}.children"}


@pytest.mark.parametrize("body", FORKS.values(), ids=FORKS)
def test_a_child(body: str, cwd: Path) -> None:
    head = "import gc, os, sys, threading\n"
    (cwd / "script.py").write_text(head + dedent(body.removeprefix("\n")) + "\n")
    pair = run_both(["script.py"], cwd=cwd)
    pair.assert_same()
    assert_one_writer(pair)


@pytest.mark.parametrize("body", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_a_child_that_is_not_followed_has_nothing_of_ours(body: str, cwd: Path) -> None:
    (cwd / "script.py").write_text("import gc, os, sys, threading\n" + dedent(body) + "\n")
    pair = run_both(["script.py"], cwd=cwd, options=["--no-follow"])
    pair.assert_same()
    assert_one_writer(pair)
    assert os.listdir(cwd.parent) == ["work", "work.memprof"]


def test_classes_of_main_in_other_processes(cwd: Path) -> None:
    pair = run_both([FAMILIES, "argument"], cwd=cwd)
    pair.assert_same()
    assert_one_writer(pair)


@pytest.mark.parametrize("options", [["--engine", "tracemalloc"], ["--engine", "off"]], ids=str)
def test_a_thousand_forks_leave_no_descriptor_and_no_warning(options: list[str], cwd: Path) -> None:
    words = [sys.executable, "-W", "error", "-c", STORM, "1000"]
    pair = run_both(words, cwd=cwd, bare=words, options=options)
    pair.assert_same()
    assert pair.bare.stdout == "0\n"
    assert_one_writer(pair)
    assert pair.profiled.facts.run.complete


def test_a_profiled_program_may_run_memprof_itself(cwd: Path) -> None:
    code = """
        import subprocess, sys
        command = [sys.executable, "-m", "memprof", "run", "-qf", "-o", "a.memprof", "-c"]
        done = subprocess.run([*command, "import sys; sys.exit(9)"])
        sys.exit(done.returncode)
        """
    pair = run_both(["-c", dedent(code)], cwd=cwd)
    assert (pair.profiled.code, pair.bare.code) == (9, 9)
    assert pair.profiled.facts.run.pid != 0
