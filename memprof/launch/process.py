"""The target's process: start it, wait for it, end as it ended."""

import _signal as signal  # without the names as enumerations, which load for 5 ms
import gc
import os
import resource
import time

from memprof.errors import TargetNotFound, TargetNotRunnable
from memprof.launch.door import environment
from memprof.launch.signals import forwarded
from memprof.launch.spawned import Spawned
from memprof.launch.target import Target
from memprof.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn, Protocol

    from memprof.launch.resident import Look, Watcher

    class Sink(Protocol):
        """Takes what the launcher sees; its failures are its own affair."""

        def resident(self, clock_ns: int, look: Look) -> None:
            """Take one look at the target."""

        def gather(self) -> None:
            """Take what the target's children have left; called now and then."""

        def exit(
            self,
            clock_ns: int,
            code: int | None,
            signal_number: int | None,
            rss_peak_bytes: int | None,
            oom_kills: int,
        ) -> None:
            """Take the end of the target."""


# What psutil costs is three thousandths of this.  Until then the agent looks from inside,
# where it can count descriptors without opening one: then the first look is at once.
_LOAD_AFTER_S, _LOAD_EARLY_S = 5.0, 0.035
# What children leave is looked for so often.
_GATHER_EVERY_S = 0.5
# Often enough that a run of a second shows which way its descriptors go.
_LOOK_EVERY_S = 0.1
# A thorough look walks the target's page tables, and any look its descriptors:
# keep each below a hundredth of the time.
_SHARE = 100
_THOROUGH_EVERY_S = 2.0
# Looks thin out as a run grows, so that a day of them stays below 1 MiB.
_LOOKS_BEFORE_DOUBLING = 400


class Ended(NamedTuple):
    """How the target ended: an exit `code`, or the `signal` that killed it."""

    code: int | None
    signal: int | None


def run(
    target: Target,
    capture: str,
    settings: "Mapping[str, str]",
    sink: "Sink",
    token: str | None = None,
) -> Ended:
    """
    Run *target* to its end with the agent inside and return how it ended.

    *capture* is the absolute path of a capture already created; *settings*
    are the agent's by name, *sink* takes what is seen from outside; its children
    write captures that are known by *token*, none without.  Raises TargetNotFound or
    TargetNotRunnable where it cannot be started.
    """
    env = environment(os.environ, target.name, capture, settings, token)
    with forwarded() as forwarder:
        try:
            child = Spawned(target.executable or target.argv[0], target.argv, env, forwarder)
        except FileNotFoundError as error:
            message = f"{target.argv[0]!r} cannot be started: {error.strerror}"
            raise TargetNotFound(message) from error
        except OSError as error:
            message = f"{target.argv[0]!r} cannot be started: {error.strerror}"
            raise TargetNotRunnable(message) from error
        oom_before = _oom_kills()
        try:  # noqa: SIM105  (contextlib is for others to load)
            _watch(child, sink)
        except Exception:  # noqa: BLE001, S110  (the end is waited for all the same)
            pass
        status = child.wait()
    ended = Ended(status, None) if status >= 0 else Ended(None, -status)
    oom_kills = max(_oom_kills() - oom_before, 0)
    sink.exit(time.perf_counter_ns(), ended.code, ended.signal, None, oom_kills)
    return ended


def _watch(child: Spawned, sink: "Sink") -> None:
    """Look at *child* now and then until it ends, once the run has paid for that."""
    wait = child.ended_within
    load_s = _LOAD_AFTER_S if _is_seen_from_inside() else _LOAD_EARLY_S
    for _ in range(max(round(load_s / _GATHER_EVERY_S), 1)):
        if wait(min(load_s, _GATHER_EVERY_S)):
            return
        sink.gather()
    watcher = _watcher(child.pid)
    pause_s, looks = 0.0, 0
    thorough_at = time.monotonic()
    while not wait(pause_s):
        began, cpu_began = time.monotonic(), time.thread_time()
        thorough = began >= thorough_at
        look = watcher.look(thorough=thorough)
        if look is not None:
            sink.resident(time.perf_counter_ns(), look)
        sink.gather()
        if thorough:
            cost_s = time.monotonic() - began
            thorough_at = began + max(_THOROUGH_EVERY_S, cost_s * _SHARE)
        looks += 1
        pause_s = _LOOK_EVERY_S * 2 ** (looks // _LOOKS_BEFORE_DOUBLING)
        if not thorough:
            pause_s = max(pause_s, (time.thread_time() - cpu_began) * _SHARE)


def _is_seen_from_inside() -> bool:
    """Say whether the system tells a process how many descriptors it has open (Linux 6.2)."""
    try:
        return os.stat("/proc/self/fd").st_size > 0
    except OSError:
        return False


def _watcher(pid: int) -> "Watcher":
    """
    Return who looks at process *pid*.

    psutil is a fourth of our own time: the target need not wait for it, nor
    one that ends at once pay for it.  Like all loading, it makes no garbage.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        from memprof.launch.resident import Watcher
    finally:
        if collects:
            gc.enable()
    return Watcher(pid)


def _oom_kills() -> int:
    """Return how often the kernel killed for memory in our control group."""
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as groups:
            # One hierarchy for all controllers: the line that begins with 0.
            group = next(line for line in groups if line.startswith("0::"))[3:].strip()
        with open(f"/sys/fs/cgroup{group}/memory.events", encoding="ascii") as events:
            counts = dict(line.split() for line in events)
        return int(counts.get("oom_kill", 0))
    except (OSError, ValueError, StopIteration):
        return 0


def leave(ended: Ended) -> "NoReturn":
    """
    End this process as the target ended: its status, or its signal.

    The core file is the target's to leave, not ours.
    """
    if ended.signal is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if ended.signal != signal.SIGKILL:
            signal.signal(ended.signal, signal.SIG_DFL)
        os.kill(os.getpid(), ended.signal)
    os._exit(ended.code if ended.code is not None else 128 + (ended.signal or 0))
