"""
Probe: the process as the kernel counts it, read from inside at a snapshot.

Resident memory is watched from outside; these few figures are taken inside so
that they are of the same moment as the heap's, and add up with it.
"""

import os

from memprof.agent import __builtins__, clib

_FLAGS = os.O_RDONLY | os.O_CLOEXEC
_KIB = 1024


def _lines(path):
    """Return the lines of the small file *path*, none if it cannot be read."""
    return clib.contents(path.encode(), _FLAGS).decode("ascii", "replace").splitlines()


def status():
    """Return (rss, highest rss, file-backed, threads), None where unknown."""
    found = {}
    for line in _lines("/proc/self/status"):
        name, _, value = line.partition(":")
        number = value.split(maxsplit=1)
        if number and number[0].isdecimal():
            found[name] = int(number[0])
    if "VmRSS" not in found:
        return None, None, None, None
    backed = found.get("RssFile", 0) + found.get("RssShmem", 0)
    return (
        found["VmRSS"] * _KIB,
        found.get("VmHWM", found["VmRSS"]) * _KIB,
        backed * _KIB,
        found.get("Threads"),
    )


def is_single_threaded():
    """Tell whether this thread surely is the only one."""
    return status()[3] == 1


def headroom():
    """Return the bytes that can still be had, None where nobody says."""
    known = []
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            known.append(int(line.split()[1]) * _KIB)
    limit, used = _lines("/sys/fs/cgroup/memory.max"), _lines("/sys/fs/cgroup/memory.current")
    if limit and used and limit[0].isdecimal():
        known.append(max(int(limit[0]) - int(used[0]), 0))
    space = [line.split() for line in _lines("/proc/self/limits") if "address space" in line]
    size = [line.split() for line in _lines("/proc/self/status") if line.startswith("VmSize")]
    if space and size and space[0][3].isdecimal():
        known.append(max(int(space[0][3]) - int(size[0][1]) * _KIB, 0))
    return min(known) if known else None
