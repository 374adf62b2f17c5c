"""Facts about a tree of processes: the one that was started, and those it started."""

from dataclasses import dataclass

from memprof.model.facts import Facts

ROOT, FORK, SPAWN = "root", "fork", "spawn"


@dataclass(frozen=True, slots=True)
class Process:
    """
    One process of a run; `pid` and `clock_ns`, when its agent began, tell it from every other.

    `role` is what began it: "root", "fork", "exec", "spawn", "forkserver",
    "resource tracker" or "subprocess", empty where nobody says.  `command` is a
    name, no command line.  `facts` are None where its capture has no
    snapshot; `why` then says what kept memprof out of it, empty where nothing
    did.  Of a `brief` one there is one snapshot, at its end.  `running` says
    that it had not ended when it was read.
    """

    pid: int
    clock_ns: int
    ppid: int | None
    role: str
    command: str
    python: str
    facts: Facts | None
    brief: bool = False
    running: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """
    Processes of which there is only a count; `ended_0` of them ended with status 0.

    `live_bytes` is what they held at their ends, `rss_peak_bytes` the most one of
    them had; None where nobody says.
    """

    count: int
    ended_0: int
    unfollowed: int
    live_bytes: int | None
    rss_peak_bytes: int | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The `root`, and the other `processes` in the order in which they were read."""

    root: Facts
    processes: tuple[Process, ...]
    more: tuple[Counted, ...]
