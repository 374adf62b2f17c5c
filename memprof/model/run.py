"""Facts about the run as a whole: the target, its interpreter, how it ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that ran the target."""

    version: str
    implementation: str
    free_threaded: bool
    platform: str


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What the agent measured; `interval_s` None is adaptive.

    `engine_note` says why `engine` is not the one asked for, else nothing.
    `sample_bytes` are from one sampled block to the next on average, 0 where
    every block was counted.
    """

    engine: str
    engine_note: str
    sample_bytes: int
    depth: int
    interval_s: float | None
    cycles: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """
    How the target's process ended, as its launcher saw it.

    Both None: the launcher did not live to see it.  `reason` is the agent's
    own last word (`exit`, `_exit`, `exec`, `abort`), None if it had none.
    """

    code: int | None
    signal: int | None
    reason: str | None
    oom_kills: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something the target did to its collector or tracing, at `at_ns`."""

    at_ns: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A snapshot that was due and not taken, and why."""

    at_ns: int
    name: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """
    One process under memprof.

    `complete` means the agent closed its capture; `damaged_records` counts
    lines whose checksum did not hold; `lost_records` those the agent could
    not write; `duration_ns` ends at the last record of the agent.  `argv` is the
    whole command line, None unless it was asked for: it may hold secrets.
    """

    path: str
    target: str
    pid: int
    ppid: int
    interpreter: Interpreter
    settings: Settings
    started_unix_s: float
    duration_ns: int
    ending: Ending
    complete: bool
    damaged_records: int
    lost_records: int
    overhead_ns: int
    events: tuple[Event, ...]
    skips: tuple[Skip, ...]
    agent_errors: tuple[str, ...]
    argv: tuple[str, ...] | None = None
