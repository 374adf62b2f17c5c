"""
Programs that are started in surroundings that misbehave: options, variables, limits, namespaces.

Those that run within `unshare` need the rights for it.
"""

from typing import Any

LINGER = "linger(0.1)"
SEGFAULT = """
    import ctypes, resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    linger(0.1)
    ctypes.string_at(0)"""
FORK = """
    child = os.fork()
    if child: os.waitpid(child, 0)
    else: os._exit(0)"""


def _limited(words: str) -> tuple[str, ...]:
    """Return the command that sets limits by *words* of the shell and goes on."""
    return ("sh", "-c", f'{words}; exec "$@"', "sh")


def _mounted(words: str) -> tuple[str, ...]:
    """Return the command that goes on where *words* have changed what is mounted."""
    return ("unshare", "-m", "sh", "-c", f'{words} && exec "$@"', "sh")


OPTIONS: dict[str, dict[str, Any]] = {
    "option-optimized": {"body": "assert 0\nprint(__debug__)", "options": ("-O",)},
    "option-without-docs": {
        "body": "print(sys.__doc__ and 1, linger.__doc__)",
        "options": ("-OO",),
    },
    "option-no-bytecode": {"body": "print(sys.dont_write_bytecode)", "options": ("-B",)},
    "option-unbuffered": {"body": "sys.stdout.write('no newline')", "options": ("-u",)},
    "option-safe-path": {"body": "print(sys.path[0] == os.getcwd())", "options": ("-P",)},
    "option-bytes": {"body": "print(b'a' == 'a')", "options": ("-bb",)},
    "option-inspect": {"body": "1 / 0", "options": ("-i",)},
    "option-development": {
        "body": "file = open('own', 'w'); del file\n" + LINGER,
        "options": ("-X", "dev"),
    },
    "option-development-and-forks": {"body": FORK, "options": ("-X", "dev")},
    "option-import-time": {
        "body": "import json",
        "options": ("-X", "importtime"),
        "says_times": True,
    },
    "option-frozen-modules": {"body": LINGER, "options": ("-X", "frozen_modules=off")},
    "option-no-columns": {"body": "1 / 0", "options": ("-X", "no_debug_ranges")},
    "option-perf": {"body": LINGER, "options": ("-X", "perf")},
    "option-utf8": {"body": "print(sys.flags.utf8_mode)", "options": ("-X", "utf8=1")},
    "option-digits": {
        "body": "print(sys.get_int_max_str_digits())",
        "options": ("-X", "int_max_str_digits=640"),
    },
    "option-tracemalloc": {
        "body": """
            import tracemalloc
            print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
            file = open("own", "w"); del file""",
        "options": ("-X", "tracemalloc=5", "-W", "default"),
    },
    "warnings-are-errors": {"body": "import warnings; warnings.warn('w')", "options": ("-Werror",)},
    "warnings-are-errors-and-forks": {"body": FORK, "options": ("-Werror",)},
    "fault-handler-and-a-segfault": {"body": SEGFAULT, "options": ("-X", "faulthandler")},
    "fault-handler-and-another-thread": {
        "body": """
            import ctypes, resource
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            one = threading.Thread(target=time.sleep, args=(9,), daemon=True); one.start()
            linger(0.1)
            ctypes.string_at(0)""",
        "options": ("-X", "faulthandler"),
    },
}

VARIABLES: dict[str, dict[str, Any]] = {
    f"variable-{name}": {"body": body, "env": env}
    for name, body, env in (
        ("warnings", "import socket; one = socket.socket(); del one", {"PYTHONWARNINGS": "error"}),
        ("warnings-and-forks", FORK, {"PYTHONWARNINGS": "error"}),
        ("development", "file = open('own', 'w'); del file", {"PYTHONDEVMODE": "1"}),
        ("fault-handler", SEGFAULT, {"PYTHONFAULTHANDLER": "1"}),
        ("inspect", "print(1)", {"PYTHONINSPECT": "1"}),
        ("malloc", LINGER, {"PYTHONMALLOC": "malloc"}),
        ("malloc-debug", LINGER, {"PYTHONMALLOC": "debug"}),
        ("malloc-of-c-checked", LINGER, {"MALLOC_PERTURB_": "85", "MALLOC_ARENA_MAX": "1"}),
        ("hash-seed", "print(hash('a'), list({'a', 'b', 'c'}))", {"PYTHONHASHSEED": "7"}),
        ("breakpoint", "breakpoint()\nprint(1)", {"PYTHONBREAKPOINT": "0"}),
        ("startup", "print(1)", {"PYTHONSTARTUP": "/nonexistent"}),
        ("home", "print(1)", {"HOME": "/nonexistent"}),
        ("path", "print(1)", {"PATH": ""}),
        ("python-path", "print(sys.path[:3])", {"PYTHONPATH": ":/nonexistent::"}),
        ("locale-c", "print(sys.stdout.encoding)\nraise ValueError('\\u20ac')", {"LC_ALL": "C"}),
        ("io-encoding", "print('\\u20ac')", {"PYTHONIOENCODING": "ascii:strict"}),
        (
            "locale-c-without-utf8",
            """
            print(sys.getfilesystemencoding())
            folder = b"pk\\xff"
            os.mkdir(folder)
            with open(folder + b"/m\\xe9.py", "wb") as file:
                file.write(b"kept = [bytearray(100) for _ in range(1000)]\\n")
            sys.path.insert(0, os.fsdecode(folder))
            import importlib
            print(len(importlib.import_module(os.fsdecode(b"m\\xe9")).kept))
            linger(0.1)""",
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        ),
    )
}
VARIABLES["variable-import-time"] = {
    "body": "import json",
    "env": {"PYTHONPROFILEIMPORTTIME": "1"},
    "says_times": True,
}

SHELL: dict[str, dict[str, Any]] = {
    f"limit-of-{name}": {"body": body, "within": _limited(words)}
    for name, body, words in (
        (
            "address-space",
            """
            more = []
            try:
                while True: more.append(bytearray(1 << 20))
            except MemoryError:
                del more
                print("none left")""",
            "ulimit -v 500000",
        ),
        ("file-size", "linger(0.1); open('own', 'w').write('x' * 5000)", "ulimit -f 3000"),
        ("descriptors", LINGER, "ulimit -n 10"),
        ("stack", "def down(n): return n and down(n - 1)\nprint(down(500))", "ulimit -s 1024"),
        ("processor-time", "while True: pass", "ulimit -c 0; ulimit -t 2"),
        ("nothing-in-the-environment", "print(len(os.listdir()))\n" + LINGER, 'set -- env -i "$@"'),
        ("closed-stdin", "print(sys.stdin)", "exec 0<&-"),
        ("ignored-signals", "print(signal.getsignal(signal.SIGHUP))", "trap '' HUP PIPE CHLD"),
        ("umask", "print(oct(os.umask(0)))", "umask 0"),
    )
}

NAMESPACES: dict[str, dict[str, Any]] = {
    "no-proc": {
        "body": "linger(); print(os.path.exists('/proc/self'))",
        "within": _mounted("mount -t tmpfs none /proc"),
    },
    "no-temporary-folder": {
        "body": "linger(); print(os.access('/dev/shm', os.W_OK))",
        "within": _mounted(
            "mount -t tmpfs -o ro none /dev/shm && mount -t tmpfs -o ro none /var/tmp"
        ),
    },
    "process-number-1": {
        "body": "linger(0.1); print(os.getpid() < 10)",
        "within": ("unshare", "-p", "-f", "--mount-proc"),
    },
    "another-time": {
        "body": "linger(0.1); print(time.monotonic() > 900_000)",
        "within": ("unshare", "-T", "--monotonic", "1000000", "-f"),
    },
}

STARTED = {**OPTIONS, **VARIABLES, **SHELL, **NAMESPACES}
