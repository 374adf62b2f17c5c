"""
Probe: the process as the kernel counts it, read from inside at a snapshot.

Of the same moment as the heap's, they add up with it.  The launcher looks from
outside too, once a run has paid for what it needs for that.
"""

import os
import sys
import time

from memprof.agent import (
    __builtins__,
    clib,
    descriptors,
    files,
)

_FLAGS = os.O_RDONLY | os.O_CLOEXEC
_KIB = 1024
_allocated_blocks, _used_ns = sys.getallocatedblocks, time.process_time_ns
_clock_ns = time.perf_counter_ns

_SEEN_BY_LOOKS = ("allocated_blocks", "rss_bytes", "rss_peak_bytes", "file_bytes", "threads")

_BALLAST_BYTES = 4 << 20
"""Address space given back when memory runs out; never touched, so not resident."""

_BALLAST_CHUNK = _BALLAST_BYTES + 4096
"""What malloc counts for it: its header and a rest of a page are one page."""


def _text(path):
    """Return what the small file *path* says, nothing if it cannot be read."""
    return files.contents(path.encode(), _FLAGS).decode("ascii", "replace")


def _lines(path):
    """Return the lines of the small file *path*."""
    return _text(path).splitlines()


def _number(text, name):
    """Return the number on the line *name* of *text*, None if there is none."""
    # Nobody's name can begin a line: the kernel escapes what ends one.
    start = text.find(f"\n{name}:")
    if start < 0:
        return None
    words = text[start + len(name) + 2 :].partition("\n")[0].split(maxsplit=1)
    return int(words[0]) if words and words[0].isdecimal() else None


def status():
    """Return (rss, highest rss, file-backed, threads), None where unknown."""
    # A look at every snapshot: of some sixty lines, five are of interest.
    text = _text("/proc/self/status")
    resident = _number(text, "VmRSS")
    if resident is None:
        return None, None, None, None
    highest = _number(text, "VmHWM")
    backed = (_number(text, "RssFile") or 0) + (_number(text, "RssShmem") or 0)
    return (
        resident * _KIB,
        (resident if highest is None else highest) * _KIB,
        backed * _KIB,
        _number(text, "Threads"),
    )


def busy_ns():
    """
    Return the processor time used, and how long the main thread waited for a processor.

    Who waits for one is not idle: on a machine that others use he would look so.
    """
    delayed = _text("/proc/self/schedstat").split()[1:2]
    return _used_ns() + (int(delayed[0]) if delayed and delayed[0].isdecimal() else 0)


def private_and_shared():
    """Return (USS, PSS) in bytes, None where unknown; the kernel walks the page tables for it."""
    lines = [line.split() for line in _lines("/proc/self/smaps_rollup")]
    known = [(words[0], int(words[1])) for words in lines if words[1:2] and words[1].isdecimal()]
    private = [size for name, size in known if name.startswith("Private_")]
    shared = [size for name, size in known if name == "Pss:"]
    return (sum(private) * _KIB, shared[0] * _KIB) if private and shared else (None, None)


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


class Process:
    """What a snapshot says of the process beside its Python heap, what is ours left out."""

    def __init__(self, allocations, guard, channel):
        """
        Count the tables of the engine *allocations* as native heap; *guard* what may fail.

        The descriptor of *channel* is ours.
        """
        self._allocations, self._guard, self._channel = allocations, guard, channel
        self._ballast = bytes(_BALLAST_BYTES)
        self.own_threads = 0

    def give_ballast(self):
        """Give back the memory kept for when there is none; tell whether there was any."""
        had, self._ballast = self._ballast is not None, None
        return had

    def measure(self, send, closely):
        """
        *send* a `resident` record, *closely* with what costs more.

        Return the fields of a `snapshot` record that are not the heap's.
        """
        used, held = self._guard("native", clib.malloc_in_use, default=(None, None))
        rss, rss_peak, file_backed, threads = self._guard("process", status, default=(None,) * 4)
        threads = threads and threads - self.own_threads
        if rss is not None:
            self._guard("resident", self._tell_resident, send, rss, threads, closely)
        return {
            **self._native(used, held, self._allocations.served_bytes()),
            "cpu_ns": _used_ns(),
            "allocated_blocks": _allocated_blocks(),
            "rss_bytes": rss,
            "rss_peak_bytes": rss_peak,
            "file_bytes": file_backed,
            "threads": threads,
        }

    def _tell_resident(self, send, rss, threads, closely):
        """*send* what the kernel says of resident memory now, and of what is open."""
        opened = descriptors.count()
        uss, pss = private_and_shared() if closely else (None, None)
        fields = {
            "clock_ns": _clock_ns(),
            "rss": rss,
            "uss": uss,
            "pss": pss,
            "descriptors": opened and opened - self._channel.is_open(),
            "threads": threads,
        }
        send("resident", fields)

    def noted(self, cpu_ns, used, served):
        """Return them of a moment between two looks: malloc's bytes *used*, *served* as blocks."""
        native = self._native(used, None, served)
        return {**native, "cpu_ns": cpu_ns, **dict.fromkeys(_SEEN_BY_LOOKS)}

    def _native(self, used, held, served):
        """Return the fields of the native heap: in use, free but held, blocks in it."""
        tables_bytes = self._allocations.tables_bytes()
        if used is not None:
            # As if malloc held the engine's tables, wherever they are.
            used += 0 if self._allocations.tables_in_malloc else tables_bytes
            used -= 0 if self._ballast is None else _BALLAST_CHUNK
        return {
            "tracing_bytes": tables_bytes,
            "native_used_bytes": used,
            "native_held_bytes": held,
            "native_python_bytes": served,
        }
