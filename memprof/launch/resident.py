"""Resident memory from outside: the only home of psutil."""

from typing import NamedTuple

import psutil

# The agent parks one descriptor and runs one thread in the target.
_OWN_DESCRIPTORS = 1
_OWN_THREADS = 1


class Look(NamedTuple):
    """
    What the system says of a process; sizes in bytes, None where it is silent.

    USS and PSS cost the kernel a walk over the page tables, so only thorough
    looks have them, and the threads.
    """

    rss_bytes: int
    uss_bytes: int | None
    pss_bytes: int | None
    descriptors: int | None
    threads: int | None


class Watcher:
    """Looks at one process by its id."""

    def __init__(self, pid: int) -> None:
        """Watch process *pid*, a living child of ours."""
        self._process: psutil.Process | None
        try:
            self._process = psutil.Process(pid)
        except psutil.Error:
            self._process = None

    def look(self, *, thorough: bool) -> Look | None:
        """Return what the system says now, None once the process is gone."""
        process = self._process
        if process is None:
            return None
        try:
            rss = process.memory_info().rss
            descriptors = max(process.num_fds() - _OWN_DESCRIPTORS, 0)
            if not thorough:
                return Look(rss, None, None, descriptors, None)
            uss, pss = _private(process)
            threads = max(process.num_threads() - _OWN_THREADS, 1)
            return Look(rss, uss, pss, descriptors, threads)
        except (psutil.Error, OSError):
            return None


def _private(process: psutil.Process) -> tuple[int | None, int | None]:
    """Return (USS, PSS), None where the system does not tell them to us."""
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        return None, None
    return full.uss, getattr(full, "pss", None)
