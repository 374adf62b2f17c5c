"""Assembles the facts about the run: how it began, what happened, how it ended."""

from dataclasses import dataclass

from memprof.capture.fields import DamagedRecord, Record, text
from memprof.model.run import Ending, Event, Interpreter, Run, Settings, Skip

_YEAR_9999_UNIX_S = 253_370_764_800
_LONGEST_INTERVAL_S = 1e9


@dataclass(frozen=True, slots=True)
class Hello:
    """
    The agent's first record.

    `token` is the same in all processes of one run, empty where nobody gave one; the
    `role` is what began the process, the `command` its name.  A `brief` one
    lived too short to be looked at more than once.
    """

    clock_ns: int
    started_unix_s: float
    target: str
    pid: int
    ppid: int
    interpreter: Interpreter
    settings: Settings
    token: str = ""
    role: str = ""
    command: str = ""
    brief: bool = False
    argv: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Footer:
    """The agent's last record; `code` is the exit status, where the agent could know it."""

    reason: str
    overhead_ns: int
    lost: int
    code: int | None


class RunReader:
    """Collects what concerns the run as a whole; these records count at once."""

    def __init__(self) -> None:
        """Start before the agent's hello."""
        self.hello: Hello | None = None
        self._footer: _Footer | None = None
        self._exit: tuple[int | None, int | None, int] = (None, None, 0)
        self._events: list[Event] = []
        self._skips: list[Skip] = []
        self._errors: list[str] = []
        self._last_ns = 0
        self._cost_ns = 0

    def take_hello(self, record: Record) -> None:
        """Take the first `hello`; a second one has no business here."""
        if self.hello is not None:
            raise DamagedRecord
        self.hello = Hello(
            clock_ns=record.integer("clock_ns"),
            started_unix_s=record.number("started_unix_s", _YEAR_9999_UNIX_S),
            target=record.text("target"),
            pid=record.integer("pid"),
            ppid=record.integer("ppid"),
            interpreter=_interpreter(record),
            settings=_settings(record),
            token=record.optional_text("run") or "",
            role=record.optional_text("role") or "",
            command=record.optional_text("command") or "",
            brief="brief" in record.fields and record.flag("brief"),
            argv=_argv(record),
        )

    def take_skip(self, record: Record) -> None:
        """Add a snapshot that was not taken."""
        at_ns, name = record.integer("at_ns"), record.optional_text("name")
        self._skips.append(Skip(at_ns, name, record.text("reason")))
        self._reach(at_ns)

    def take_event(self, record: Record) -> None:
        """Add something the target did."""
        at_ns, what = record.integer("at_ns"), record.text("what")
        self._events.append(Event(at_ns, what, record.optional_text("detail") or ""))
        self._reach(at_ns)

    def take_agent_error(self, record: Record) -> None:
        """Add a failure of a probe of ours, as `probe: error`."""
        at_ns = record.integer("at_ns")
        self._errors.append(f"{record.text('probe')}: {record.text('error')}")
        self._reach(at_ns)

    def take_footer(self, record: Record) -> None:
        """Take the agent's last word."""
        at_ns = record.integer("at_ns")
        self._footer = _Footer(
            record.text("reason"),
            record.integer("overhead_ns"),
            record.integer("lost"),
            record.optional_integer("code"),
        )
        self._reach(at_ns)

    def take_exit(self, record: Record) -> None:
        """Take the process's end as its launcher saw it."""
        code, signal = record.optional_integer("code"), record.optional_integer("signal")
        self._exit = (code, signal, record.optional_integer("oom_kills") or 0)

    def close(self, at_ns: int, cost_ns: int) -> None:
        """Note a snapshot, taken at *at_ns* for *cost_ns*."""
        self._cost_ns += cost_ns
        self._reach(at_ns)

    def facts(self, path: str, hello: Hello, damaged_records: int) -> Run:
        """Return what was collected; without a footer, the overhead is the snapshots' cost."""
        footer = self._footer
        code, signal, oom_kills = self._exit
        if footer is not None and code is None and signal is None:
            code = footer.code  # of a child, whose end no launcher sees
        return Run(
            path=path,
            target=hello.target,
            pid=hello.pid,
            ppid=hello.ppid,
            interpreter=hello.interpreter,
            settings=hello.settings,
            started_unix_s=hello.started_unix_s,
            duration_ns=self._last_ns,
            ending=Ending(code, signal, footer.reason if footer else None, oom_kills),
            complete=footer is not None,
            damaged_records=damaged_records,
            lost_records=footer.lost if footer else 0,
            overhead_ns=footer.overhead_ns if footer else self._cost_ns,
            events=tuple(self._events),
            skips=tuple(self._skips),
            agent_errors=tuple(self._errors),
            argv=hello.argv,
        )

    def _reach(self, at_ns: int) -> None:
        """Note that the agent was alive at *at_ns*."""
        self._last_ns = max(self._last_ns, at_ns)


def _interpreter(record: Record) -> Interpreter:
    """Return the interpreter a `hello` speaks of."""
    return Interpreter(
        version=record.text("python"),
        implementation=record.text("implementation"),
        free_threaded=record.flag("free_threaded"),
        platform=record.text("platform"),
    )


def _argv(record: Record) -> tuple[str, ...] | None:
    """Return the command line a `hello` speaks of, None where it was not asked for."""
    if record.fields.get("argv") is None:
        return None
    return tuple(map(text, record.items("argv")))


def _settings(record: Record) -> Settings:
    """Return the settings a `hello` speaks of."""
    adaptive = record.fields.get("interval_s") is None
    return Settings(
        engine=record.text("engine"),
        sample_bytes=record.integer("sample_bytes") if "sample_bytes" in record.fields else 0,
        engine_note=record.text("engine_note") if "engine_note" in record.fields else "",
        depth=record.integer("depth"),
        interval_s=None if adaptive else record.number("interval_s", _LONGEST_INTERVAL_S),
        cycles=record.flag("cycles"),
    )
