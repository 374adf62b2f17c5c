"""The first record: what is measured, and how."""

import sys
import time

from memprof.agent import __builtins__
from memprof.agent.wire import FORMAT

_clock_ns, _time = time.perf_counter_ns, time.time


def fields(settings, pids, engine, base_ns, version):
    """
    Return the fields of the `hello` record; see `memprof.agent.wire`.

    *pids* are the process's and its parent's; *engine* is the one at work, and
    why not another; times count from *base_ns*; *version* is memprof's.
    """
    return {
        "format": FORMAT,
        "clock_ns": base_ns,
        "started_unix_s": _time() - (_clock_ns() - base_ns) / 1e9,
        "memprof": version,
        "python": "{}.{}.{}".format(*sys.version_info[:3]),
        "implementation": sys.implementation.name,
        "free_threaded": not getattr(sys, "_is_gil_enabled", lambda: True)(),
        "pid": pids[0],
        "ppid": pids[1],
        "run": settings.run,
        "role": settings.role,
        "command": settings.command,
        "engine": engine[0],
        "engine_note": engine[1],
        "sample_bytes": settings.sample_bytes if engine[0] == "sample" else 0,
        "depth": settings.depth,
        "interval_s": settings.interval_s,
        "cycles": settings.cycles,
        "target": settings.label,
        "argv": list(sys.orig_argv) if settings.record_argv else None,
        "platform": sys.platform,
    }
