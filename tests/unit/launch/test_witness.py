"""The witness tells what was sent to the whole group; each has a process and group of its own."""

import subprocess
import sys
from textwrap import dedent

BEGINNING = """
import _signal as signal, os, sys
from memprof.launch import witness
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {signal.SIGCHLD})
here = witness.Witness()
def taken(number):
    return signal.sigtimedwait({number}, 0)
"""


def said(code: str) -> tuple[int, str]:
    """Run *code* with a witness; return its status and what it printed, it and the witness."""
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        process_group=0,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_the_group_got_and_what_we_got_alone() -> None:
    code = """
        for number in (2, 15, 28, 18, signal.SIGRTMIN):
            os.kill(os.getpid(), number)
            alone = here.has(taken(number))
            os.killpg(0, number)
            print(alone, here.has(taken(number)), end=" ")
            os.kill(os.getpid(), number)
            print(here.has(taken(number)))
        here.end()
        """
    assert said(code) == (0, "False True False\n" * 5)


def test_what_comes_to_the_group_a_moment_later_is_the_same_signal() -> None:
    code = """
        os.kill(os.getpid(), 15)
        info = taken(15)
        os.killpg(0, 15)
        print(here.has(info), taken(15) is not None)
        here.end()
        """
    assert said(code) == (0, "True True\n")


def test_another_sender_sent_another_signal() -> None:
    code = """
        if not os.fork():
            os.killpg(0, 10)
            os._exit(0)
        os.wait()
        group = taken(10)
        os.kill(os.getpid(), 10)
        print(here.has(taken(10)), here.has(group))
        here.end()
        """
    # What it has of another sender is taken all the same, and is not there for ever.
    assert said(code) == (0, "False False\n")


def test_it_ends_with_us() -> None:
    # It holds our output open: this returns when it has ended too.
    code = "print('killed', flush=True)\nos.kill(os.getpid(), 9)"
    assert said(code) == (-9, "killed\n")


def test_its_end_leaves_nothing() -> None:
    code = """
        before = len(os.listdir("/proc/self/fd"))
        witness.Witness().end()
        print(len(os.listdir("/proc/self/fd")) - before)
        here.end()
        try:
            os.wait()
        except ChildProcessError:
            print("no child")
        """
    assert said(code) == (0, "0\nno child\n")


def test_one_that_is_gone_or_stopped_knows_nothing() -> None:
    code = """
        witness._PATIENCE_MS = 10
        for number in (signal.SIGSTOP, signal.SIGKILL):
            os.kill(here._pid, number)
            os.waitpid(here._pid, os.WUNTRACED)
            os.kill(os.getpid(), 15)
            try:
                here.has(taken(15))
            except OSError as error:
                print(type(error).__name__)
        os.close(here._ask)
        """
    assert said(code) == (0, "TimeoutError\nBrokenPipeError\n")


def test_where_there_is_no_room_for_one_nothing_is_left_open() -> None:
    code = """
        import resource
        before = len(os.listdir("/proc/self/fd"))
        free = os.open("/dev/null", 0)
        os.close(free)
        for limit in (free, free + 1, free + 2, free + 3):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, 4096))
            try:
                witness.Witness()
            except OSError:
                pass
            else:
                print("there was room")
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        print(len(os.listdir("/proc/self/fd")) - before)
        here.end()
        """
    assert said(code) == (0, "0\n")
