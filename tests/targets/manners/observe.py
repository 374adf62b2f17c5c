"""Print everything a program can see of its own execution, as one JSON object."""

# ruff: noqa: E402, SLF001, T201

import sys

# Before anything else is imported or called.
FRAMES = 1
while True:
    try:
        sys._getframe(FRAMES)
    except ValueError:
        break
    FRAMES += 1
MODULES = list(sys.modules)
NAMES = sorted(name for name in globals() if not name.isupper())

import _thread
import atexit
import builtins
import faulthandler
import fcntl
import gc
import json
import locale
import os
import re
import resource
import signal
import site
import stat
import threading
import time
import tracemalloc
import warnings
from pathlib import Path

import __main__


def shown(thing: object) -> str:
    """Return the repr of *thing* without the addresses in it."""
    return re.sub(r"0x[0-9a-f]+", "0x", repr(thing))


def stream(file: object) -> object:
    """Return what can be seen of a standard stream."""
    names = ("name", "mode", "encoding", "errors", "line_buffering", "write_through", "newlines")
    return file and [shown(getattr(file, name, None)) for name in names]


def descriptors() -> dict[int, object]:
    """Return the open descriptors below 100: kind, flags, status."""
    found: dict[int, object] = {}
    for number in range(100):
        try:
            kind = stat.S_IFMT(os.fstat(number).st_mode)
        except OSError:
            continue
        found[number] = [kind, *(fcntl.fcntl(number, f) for f in (fcntl.F_GETFD, fcntl.F_GETFL))]
    return found


def main_module() -> dict[str, object]:
    """Return what `__main__` is."""
    return {
        "names": NAMES,
        "same": __main__.__dict__ is globals(),
        "builtins": __main__.__builtins__ is builtins,
        "loader": shown(type(globals()["__loader__"])),
        "spec": shown(__spec__),
        **{n: shown(globals().get(n)) for n in ("__name__", "__file__", "__package__", "__doc__")},
        "__cached__": shown(globals().get("__cached__")),
    }


def interpreter() -> dict[str, object]:
    """Return what `sys` says."""
    values = (
        *("argv", "orig_argv", "path", "flags", "warnoptions", "_xoptions", "executable", "prefix"),
        *("base_prefix", "exec_prefix", "dont_write_bytecode", "pycache_prefix", "platlibdir"),
        *("meta_path", "path_hooks", "excepthook", "unraisablehook", "displayhook", "hexversion"),
        *("breakpointhook", "tracebacklimit", "last_value", "ps1", "__interactivehook__"),
    )
    calls = (
        *("gettrace", "getprofile", "getrecursionlimit", "getswitchinterval", "getdlopenflags"),
        *("getfilesystemencoding", "getfilesystemencodeerrors", "get_int_max_str_digits"),
        *("get_asyncgen_hooks", "get_coroutine_origin_tracking_depth", "getdefaultencoding"),
    )
    monitoring = getattr(sys, "monitoring", None)
    return {
        **{name: shown(getattr(sys, name, None)) for name in values},
        **{name: shown(getattr(sys, name)()) for name in calls},
        "path_importer_cache": sorted(sys.path_importer_cache),
        "modules": MODULES,
        "builtins": sorted(vars(builtins)),
        "monitoring": monitoring and [monitoring.get_tool(number) for number in range(6)],
        **{name: stream(getattr(sys, name)) for name in ("stdin", "stdout", "stderr")},
    }


def collector() -> dict[str, object]:
    """Return the state of the garbage collector."""
    return {
        "enabled": gc.isenabled(),
        "threshold": gc.get_threshold(),
        "debug": gc.get_debug(),
        "garbage": len(gc.garbage),
        "callbacks": len(gc.callbacks),
        "finalized": gc.is_finalized(gc),
    }


def threads() -> dict[str, object]:
    """Return the threads and their hooks."""
    return {
        "all": shown([(t.name, t.daemon) for t in threading.enumerate()]),
        "main": threading.current_thread() is threading.main_thread(),
        "count": _thread._count(),
        "stack_size": threading.stack_size(),
        "hooks": shown((threading.gettrace(), threading.getprofile(), threading.excepthook)),
    }


def tracing() -> dict[str, object]:
    """Return what tracemalloc answers."""
    try:
        taken = shown(tracemalloc.take_snapshot())
    except RuntimeError as error:
        taken = shown(error)
    return {
        "is_tracing": tracemalloc.is_tracing(),
        "traced": tracemalloc.is_tracing() or tracemalloc.get_traced_memory(),
        "limit": tracemalloc.get_traceback_limit(),
        "tables": tracemalloc.is_tracing() or tracemalloc.get_tracemalloc_memory(),
        "of_object": shown(tracemalloc.get_object_traceback([])),
        "snapshot": taken,
    }


def process() -> dict[str, object]:
    """Return what the system says of this process."""
    umask = os.umask(0o77)
    os.umask(umask)
    limits = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {
        "cwd": os.getcwd(),
        "umask": umask,
        "descriptors": descriptors(),
        "environ": dict(os.environ),
        "group": [os.getpgrp(), os.getsid(0), os.getuid(), os.getgid(), os.getgroups()],
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in limits},
        "nice": os.nice(0),
        "processors": sorted(os.sched_getaffinity(0)),
        "name": Path("/proc/self/comm").read_text("utf-8"),
        "command": shown(Path("/proc/self/cmdline").read_bytes()),
        "exit_hooks": atexit._ncallbacks(),
    }


def signals() -> dict[str, object]:
    """Return the disposition of every signal."""
    wakeup = signal.set_wakeup_fd(-1)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    every = sorted(signal.valid_signals())
    return {
        "handlers": {int(n): shown(signal.getsignal(n)) for n in every},
        "mask": shown(sorted(mask)),
        "wakeup": wakeup,
        "pending": shown(signal.sigpending()),
        "timers": signal.getitimer(signal.ITIMER_REAL),
        "faulthandler": faulthandler.is_enabled(),
    }


def surroundings() -> dict[str, object]:
    """Return locale, warnings, site and time zone."""
    return {
        "locale": locale.setlocale(locale.LC_ALL),
        "encoding": locale.getpreferredencoding(do_setlocale=False),
        "filters": shown(warnings.filters),
        "showwarning": shown(warnings.showwarning),
        "user_site": shown(site.ENABLE_USER_SITE),
        "customized": [name in sys.modules for name in ("sitecustomize", "usercustomize")],
        "zone": time.tzname,
        "replaced": {n: shown(type(getattr(os, n))) for n in ("_exit", "abort", "fork", "execv")},
    }


print(
    json.dumps(
        {
            "frames": FRAMES,
            "main": main_module(),
            "sys": interpreter(),
            "gc": collector(),
            "threads": threads(),
            "tracing": tracing(),
            "process": process(),
            "signals": signals(),
            "surroundings": surroundings(),
            "input": sys.stdin and sys.stdin.read(),
        }
    )
)
